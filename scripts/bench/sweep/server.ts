/**
 * A loopback server for `bench:sweep`, in a process of its own: chat completions that take as many
 * milliseconds as the path says (`/50/v1/chat/completions`), streamed where a stream is asked for.
 * It answers the parent's messages with how many calls it has served, and when.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

let served = 0;
let firstMs: number | undefined;
let lastMs = 0;

const head = { id: 'bench', object: 'chat.completion.chunk', created: 0, model: 'bench-1' };
const usage = { prompt_tokens: 20, completion_tokens: 8, total_tokens: 28 };
const words = ['The ', 'answer ', 'to ', 'this ', 'question ', 'is ', '4', '.'];

function event(value: unknown): string {
  return `data: ${JSON.stringify({ ...head, ...(value as object) })}\n\n`;
}

function delta(value: object, finishReason: string | null = null): string {
  return event({ choices: [{ index: 0, delta: value, finish_reason: finishReason }] });
}

const begin = delta({ role: 'assistant', content: '' });
const middle = words
  .slice(0, 4)
  .map((content) => delta({ content }))
  .join('');
const end = [
  ...words.slice(4).map((content) => delta({ content })),
  delta({}, 'stop'),
  event({ choices: [], usage }),
  'data: [DONE]\n\n',
].join('');
const whole = JSON.stringify({
  ...head,
  object: 'chat.completion',
  choices: [
    { index: 0, message: { role: 'assistant', content: words.join('') }, finish_reason: 'stop' },
  ],
  usage,
});

const server = createServer((request, response) => {
  firstMs ??= performance.timeOrigin + performance.now();
  const latencyMs = Number(request.url?.split('/', 2)[1]);
  let isStream = false;
  request.on('data', (bytes: Buffer) => {
    isStream ||= bytes.includes('"stream":true');
  });
  request.on('end', () => {
    const finish = (text: string): void => {
      response.end(text);
      served += 1;
      lastMs = performance.timeOrigin + performance.now();
    };
    if (!isStream) {
      setTimeout(() => {
        response.writeHead(200, { 'content-type': 'application/json' });
        finish(whole);
      }, latencyMs);
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(begin);
    setTimeout(() => response.write(middle), latencyMs / 2);
    setTimeout(() => finish(end), latencyMs);
  });
});

server.listen(0, '127.0.0.1', () => {
  process.send?.({ port: (server.address() as AddressInfo).port });
});
process.on('message', (message) => {
  process.send?.({ served, firstMs, lastMs });
  if (message !== 'reset') return;
  served = 0;
  firstMs = undefined;
});
process.on('disconnect', () => process.exit());
