import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Gateway } from '../gateway/gateway.js';
import type { AnswerStream, HttpAnswer } from '../gateway/http-call.js';
import { LeaveSignal, readNodeRequest } from './node-call.js';

/** How long a caller may go on sending a body that was refused before its connection is cut. */
const lingerMs = 1000;

/** Answers the requests of Node's server with a gateway. */
export function createNodeListener(
  gateway: Gateway,
): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    const left = new LeaveSignal();
    response.on('close', () => {
      if (!response.writableFinished) left.abort();
    });
    void gateway
      .answer(readNodeRequest(request, left))
      .then((answer) => send(answer, request, response));
  };
}

async function send(
  { status, headers, body }: HttpAnswer,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (typeof body !== 'string') {
    if (response.destroyed) body.cancel();
    else await sendStream(body, headers, response);
    return;
  }
  if (response.destroyed) return;
  const length = ['content-length', String(Buffer.byteLength(body))];
  response.writeHead(status, [...listHeaders(headers), ...length]).end(body);
  if (!request.complete) discardRest(request);
}

/** Names and values in turn, which Node writes fastest. */
function listHeaders(headers: HttpAnswer['headers']): string[] {
  const list: string[] = [];
  for (const name of Object.keys(headers)) list.push(name, headers[name] as string);
  return list;
}

/** Throws the rest of a refused body away: closing at once could cut the answer off, too. */
function discardRest(request: IncomingMessage): void {
  request.resume();
  const timer = setTimeout(() => request.socket.destroy(), lingerMs);
  timer.unref();
  request.on('close', () => clearTimeout(timer));
}

async function sendStream(
  stream: AnswerStream,
  headers: HttpAnswer['headers'],
  response: ServerResponse,
): Promise<void> {
  response.on('close', () => {
    if (!response.writableFinished) stream.cancel();
  });
  response.writeHead(200, listHeaders(headers));
  for (;;) {
    const { text, isLast } = await stream.next();
    if (response.destroyed) return;
    if (isLast) {
      response.end(text);
      return;
    }
    // A slow reader slows down the provider.
    if (!response.write(text)) await drained(response);
  }
}

async function drained(response: ServerResponse): Promise<void> {
  if (response.destroyed) return;
  const closed = new AbortController();
  const onClose = (): void => closed.abort();
  response.once('close', onClose);
  await once(response, 'drain', { signal: closed.signal }).catch(() => undefined);
  response.off('close', onClose);
}
