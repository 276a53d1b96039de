import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Gateway } from '../gateway/gateway.js';
import type { AnswerStream, HttpAnswer } from '../gateway/http-call.js';
import { LeaveSignal, readNodeRequest } from './node-call.js';

/** How long a caller may go on sending a body that was refused before its connection is cut. */
const lingerMs = 1000;

/**
 * Answers the requests of Node's server with a gateway.
 *
 * @param stallMs after which a caller that reads nothing of what is sent to it is cut off
 */
export function createNodeListener(
  gateway: Gateway,
  stallMs: number,
): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    const left = new LeaveSignal();
    response.on('close', () => {
      if (!response.writableFinished) left.abort();
    });
    void gateway
      .answer(readNodeRequest(request, left))
      .then((answer) => send(answer, request, response, stallMs))
      // A mistake here ends one connection; unhandled, it would end the process.
      .catch(() => response.destroy());
  };
}

async function send(
  { status, headers, body }: HttpAnswer,
  request: IncomingMessage,
  response: ServerResponse,
  stallMs: number,
): Promise<void> {
  if (typeof body !== 'string') {
    if (response.destroyed) body.cancel();
    else await sendStream(body, headers, response, stallMs);
    return;
  }
  if (response.destroyed) return;
  const length = ['content-length', String(Buffer.byteLength(body))];
  response.writeHead(status, [...listHeaders(headers), ...length]).end(body);
  limitStall(response, stallMs);
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
  stallMs: number,
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
      limitStall(response, stallMs);
      return;
    }
    // A slow reader slows down the provider.
    if (!response.write(text)) {
      limitStall(response, stallMs);
      await drained(response);
      response.socket?.setTimeout(0);
    }
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

/**
 * Cuts a connection on which nothing moves for too long while something waits to be sent; otherwise a
 * caller that stops reading keeps its place for ever. Node ends the limit with the answer.
 */
function limitStall({ socket }: ServerResponse, stallMs: number): void {
  if (socket !== null && socket.writableLength > 0) socket.setTimeout(stallMs);
}
