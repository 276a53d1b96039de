/**
 * Loopback endpoints for `bench:failover`, in a process of their own, so that their work is not
 * counted as the router's. The first one fails a share of its requests, drawn with a seed; the
 * parent is sent the base URLs.
 */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createRandom, type Random } from '../../../src/util/random.js';
import { writeAnswerWords } from './answer.js';

const [failShare = '0.1', seed = '1'] = process.argv.slice(2);

type Fault = (response: ServerResponse, streams: boolean) => void;

const json = { 'content-type': 'application/json' };
const events = { 'content-type': 'text/event-stream' };

function chunk(content: string, finishReason: string | null = null): string {
  const choices = [{ index: 0, delta: { content }, finish_reason: finishReason }];
  return `data: ${JSON.stringify({ choices })}\n\n`;
}

/** What goes wrong in the field; each is as likely as the others. */
const faults: readonly Fault[] = [
  (response) => response.writeHead(500, json).end('{"error":{"message":"broken"}}'),
  (response) => response.writeHead(503, { 'content-type': 'text/html' }).end('<h1>Busy</h1>'),
  (response) => response.writeHead(429, { ...json, 'retry-after-ms': '20' }).end('{"error":{}}'),
  (response) => response.socket?.resetAndDestroy(),
  (response) => response.writeHead(200, json).end('{"error":{"code":502,"message":"upstream"}}'),
  (response) => response.writeHead(200, json).end('<oops>'),
  (response, streams) => {
    // An answer without content.
    const choices = [{ index: 0, message: { content: '' }, finish_reason: 'stop' }];
    if (streams) response.writeHead(200, events).end(`${chunk('', 'stop')}data: [DONE]\n\n`);
    else response.writeHead(200, json).end(JSON.stringify({ choices }));
  },
  (response, streams) => {
    // A body that is cut before its first content.
    response.writeHead(200, streams ? events : { ...json, 'content-length': '900' });
    response.write(streams ? chunk('') : '{"choices":[{"index":0,');
    setTimeout(() => response.destroy(), 5);
  },
  (response, streams) => {
    // The same in the middle of the answer; a stream ends cleanly, as if nothing were missing.
    response.writeHead(200, streams ? events : json);
    response.write(streams ? chunk('The first words ') : '{"choices":[{"index":0,"message":{"co');
    setTimeout(() => response.end(), 5);
  },
];

function startEndpoint(share: number, random: Random): Promise<string> {
  const server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      const body = JSON.parse(Buffer.concat(pieces).toString('utf8')) as {
        stream?: boolean;
        messages: { content: string }[];
      };
      const streams = body.stream === true;
      if (random() < share) {
        faults[Math.floor(random() * faults.length)]?.(response, streams);
        return;
      }
      const words = writeAnswerWords(body.messages.at(-1)?.content ?? '');
      const usage = { prompt_tokens: 20, completion_tokens: words.length };
      if (!streams) {
        const message = { role: 'assistant', content: words.join('') };
        const choices = [{ index: 0, message, finish_reason: 'stop' }];
        response.writeHead(200, json).end(JSON.stringify({ choices, usage }));
        return;
      }
      response.writeHead(200, events);
      for (const word of words) response.write(chunk(word));
      response.write(chunk('', 'stop'));
      response.write(`data: ${JSON.stringify({ choices: [], usage })}\n\n`);
      response.end('data: [DONE]\n\n');
    });
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`);
    });
  });
}

const random = createRandom(Number(seed));
const shares = [Number(failShare), 0, 0];
const baseUrls = await Promise.all(shares.map((share) => startEndpoint(share, random)));
process.send?.(baseUrls);
process.on('disconnect', () => process.exit());
