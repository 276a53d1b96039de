/** The floor of resuming a sweep: a plain loop that reads a ledger and parses each line. */
import { createReadStream } from 'node:fs';

const stream = createReadStream(process.argv[2], { encoding: 'utf8', highWaterMark: 1024 * 1024 });
let rest = '';
let cells = 0;
for await (const chunk of stream) {
  const lines = `${rest}${chunk}`.split('\n');
  rest = lines.pop();
  for (const line of lines) cells += JSON.parse(line).version;
}
console.log(cells);
