import type { ServerResponse } from 'node:http';
import { delta, done, event, stream, type Reply } from './scripted-server.js';

const head = { 'content-type': 'text/event-stream' };

/** JSON that is nested so deeply that a recursive function cannot walk through it. */
export const deepJson = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;

/** Valid JSON of one flat list with more members than are read. */
export const wideJson = `[${'0,'.repeat(500_001)}0]`;

/** Writes pieces until the other side has enough. */
function writeEndlessly(response: ServerResponse, piece: string): void {
  const write = (): void => {
    while (!response.destroyed && response.write(piece));
  };
  response.on('drain', write);
  write();
}

/** A stream of the same piece, without an end. */
export function endless(piece: string, first = ''): Reply {
  return (response) => {
    response.writeHead(200, head);
    if (first !== '') response.write(first);
    writeEndlessly(response, piece);
  };
}

/** The pieces of a stream, and then only keep-alives. */
export function keepAlive(piece: string, ...first: readonly string[]): Reply {
  return (response) => {
    response.writeHead(200, head);
    for (const one of first) response.write(one);
    response.write(piece);
    const timer = setInterval(() => response.write(piece), 10);
    response.on('close', () => clearInterval(timer));
  };
}

function replyText(text: string, status = 200): Reply {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(text);
  };
}

const message = '{"index":0,"message":{"role":"assistant","content":"x"},"finish_reason":"stop"}';

/** Replies whose JSON is more than a reader may take, each as a stream or whole. */
export const excessiveJson: Readonly<Record<string, Reply>> = {
  'a deep usage in a stream': stream(
    delta({ content: 'x' }),
    `data: {"choices":[],"usage":{"a":${deepJson}}}\n\n`,
    done,
  ),
  'a deep delta': stream(`data: {"choices":[{"index":0,"delta":${deepJson}}]}\n\n`, done),
  'a deep error in a stream': stream(`data: {"error":{"a":${deepJson}}}\n\n`),
  'deep arguments of a tool call': stream(
    delta(
      { tool_calls: [{ index: 0, id: 'a', function: { name: 'f', arguments: deepJson } }] },
      'tool_calls',
    ),
    done,
  ),
  'deep arguments in pieces': stream(
    ...[deepJson.slice(0, 90_000), deepJson.slice(90_000)].map((text) =>
      delta({ tool_calls: [{ index: 0, id: 'a', function: { name: 'f', arguments: text } }] }),
    ),
    delta({}, 'tool_calls'),
    done,
  ),
  'a deep usage in a whole answer': replyText(`{"choices":[${message}],"usage":${deepJson}}`),
  'a body of too many members': replyText(`{"choices":[${message}],"x":${wideJson}}`),
  'a body that is deep from its start': replyText(deepJson),
};

/** Errors with a status whose body is as hostile. */
export const excessiveErrors: Readonly<Record<string, Reply>> = {
  'a deep error': replyText(`{"error":{"x":${deepJson.slice(80_000, 120_000)}}}`, 400),
  'an error that is a list of lists': replyText(
    `{"error":${deepJson.slice(80_000, 120_000)}}`,
    500,
  ),
  'an error that is cut off while it is deep': replyText(`{"error":${deepJson}}`, 503),
};

/** Streams without an end that never say anything. */
export const endlessStreams: Readonly<Record<string, Reply>> = {
  'lines of empty data': endless('data:\n'.repeat(2000)),
  comments: endless(': ping\n\n'.repeat(2000)),
  'empty chunks': endless('data: {"choices":[]}\n\n'.repeat(500)),
  'a line that does not end': endless('a'.repeat(16_384), 'data: {"choices":"'),
  roles: endless(delta({ role: 'assistant', content: '' }).repeat(200)),
  'empty tool calls': endless(delta({ tool_calls: [{ index: 0 }] }).repeat(200)),
  usage: endless(event({ choices: [], usage: { prompt_tokens: 1 } }).repeat(200)),
};

/** Keep-alives of the forms that servers and gateways send. */
export const keepAlives: Readonly<Record<string, string>> = {
  comments: ': OPENROUTER PROCESSING\n\n',
  'empty data': 'data:\n\n',
  pings: 'event: ping\ndata: {"type":"ping"}\n\n',
  roles: delta({ role: 'assistant', content: '' }),
  'empty chunks': 'data: {"choices":[]}\n\n',
};
