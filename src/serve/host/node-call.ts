import type { IncomingMessage } from 'node:http';
import { createBodyDecoder, describeCut } from '../gateway/fetch-call.js';
import type { CallHeaders, HttpCall } from '../gateway/http-call.js';
import type { StopSignal } from '../router/cutoff.js';

/** A signal that is given once, for a fraction of what an `AbortController` costs. */
export class LeaveSignal implements StopSignal {
  aborted = false;
  readonly #listeners = new Set<() => void>();

  addEventListener(_: 'abort', listener: () => void): void {
    this.#listeners.add(listener);
  }

  removeEventListener(_: 'abort', listener: () => void): void {
    this.#listeners.delete(listener);
  }

  abort(): void {
    if (this.aborted) return;
    this.aborted = true;
    for (const listener of this.#listeners) listener();
    this.#listeners.clear();
  }
}

/** A request of Node's server as a gateway reads it. */
export function readNodeRequest(request: IncomingMessage, signal: StopSignal): HttpCall {
  const { method = 'GET', url = '/' } = request;
  const headers = createHeaders(request.headers);
  return {
    method,
    url: /^[a-z]+:\/\//i.test(url) ? url : `http://${request.headers.host ?? ''}${url}`,
    headers,
    signal,
    readText: (onBytes) => readText(request, onBytes),
  };
}

function createHeaders(headers: IncomingMessage['headers']): CallHeaders {
  const get = (name: string): string | null => {
    const value = headers[name];
    if (value === undefined) return null;
    return typeof value === 'string' ? value : value.join(', ');
  };
  return {
    get,
    has: (name) => headers[name] !== undefined,
    *[Symbol.iterator]() {
      for (const name of Object.keys(headers)) yield [name, get(name) ?? ''] as [string, string];
    },
  };
}

const decoder = createBodyDecoder();

function readText(request: IncomingMessage, onBytes: (bytes: number) => void): Promise<string> {
  // A caller that has left sends no further event, not even an end.
  if (request.destroyed) return Promise.reject(describeCut());
  const whole = new Promise<Buffer>((resolve, reject) => {
    const pieces: Buffer[] = [];
    const stop = (error: unknown): void => {
      request.off('data', add);
      request.pause();
      reject(error);
    };
    const add = (piece: Buffer): void => {
      try {
        onBytes(piece.length);
      } catch (error) {
        stop(error);
        return;
      }
      pieces.push(piece);
    };
    request.on('data', add);
    request.on('end', () => {
      const [first] = pieces;
      resolve(pieces.length === 1 && first !== undefined ? first : Buffer.concat(pieces));
    });
    request.on('error', () => stop(describeCut()));
    request.on('close', () => {
      if (!request.complete) stop(describeCut());
    });
  });
  return whole.then((bytes) => decoder.decode(bytes));
}
