/** A bare proxy: what a gateway costs at least. Passes bodies on, and decides nothing. */
import { createServer } from 'node:http';
import { Pool } from 'undici';

const [origin] = process.argv.slice(2);
const pool = new Pool(origin, { connections: 64 });
const server = createServer(async (request, response) => {
  const pieces = [];
  for await (const piece of request) pieces.push(piece);
  const { authorization = '', 'content-type': type = 'application/json' } = request.headers;
  try {
    await pool.stream(
      {
        path: request.url,
        method: 'POST',
        headers: { authorization, 'content-type': type },
        body: Buffer.concat(pieces),
      },
      ({ statusCode, headers }) =>
        response.writeHead(statusCode, { 'content-type': headers['content-type'] }),
    );
  } catch {
    response.writeHead(502).end();
  }
});
server.listen(0, '127.0.0.1', () => process.send(server.address().port));
