/**
 * The provider of `bench:gateway`, in a process of its own: answers chat completions at once, whole or
 * as a stream of 24 events in three writes.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const head = { id: 'chatcmpl-bench', object: 'chat.completion.chunk', created: 0, model: 'bench' };
const usage = { prompt_tokens: 250, completion_tokens: 20, total_tokens: 270 };
const words = Array.from({ length: 20 }, (_, index) => ` word${index}`);

const event = (value: object): string => `data: ${JSON.stringify({ ...head, ...value })}\n\n`;
const delta = (value: object, reason: string | null = null): string =>
  event({ choices: [{ index: 0, delta: value, finish_reason: reason }] });

const parts = [
  [
    delta({ role: 'assistant', content: '' }),
    ...words.slice(0, 4).map((content) => delta({ content })),
  ],
  words.slice(4, 16).map((content) => delta({ content })),
  [
    ...words.slice(16).map((content) => delta({ content })),
    delta({}, 'stop'),
    event({ choices: [], usage }),
    'data: [DONE]\n\n',
  ],
].map((part) => part.join(''));

const message = { role: 'assistant', content: words.join('') };
const whole = JSON.stringify({
  ...head,
  object: 'chat.completion',
  choices: [{ index: 0, message, finish_reason: 'stop' }],
  usage,
});

const server = createServer((request, response) => {
  let isStream = false;
  request.on('data', (bytes: Buffer) => {
    isStream ||= bytes.includes('"stream":true');
  });
  request.on('end', () => {
    if (!isStream) {
      response.writeHead(200, { 'content-type': 'application/json' }).end(whole);
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    let next = 0;
    const write = (): void => {
      const part = parts[next++];
      if (part === undefined) response.end();
      else {
        response.write(part);
        setImmediate(write);
      }
    };
    write();
  });
});
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
