import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface FileServer {
  readonly url: string;
  close(): Promise<void>;
}

const contentTypes: Readonly<Record<string, string>> = {
  mjs: 'text/javascript',
  json: 'application/json',
  html: 'text/html',
};

/** Serves texts by their names, on the loopback interface only. */
export async function startFileServer(files: ReadonlyMap<string, string>): Promise<FileServer> {
  const server = createServer((request, response) => {
    const name = (request.url ?? '/').slice(1);
    const text = files.get(name);
    const type = contentTypes[name.split('.').at(-1) ?? ''] ?? 'text/plain';
    response.writeHead(text === undefined ? 404 : 200, {
      'content-type': `${type}; charset=utf-8`,
    });
    response.end(text);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error === undefined ? resolve() : reject(error)));
        server.closeAllConnections();
      }),
  };
}
