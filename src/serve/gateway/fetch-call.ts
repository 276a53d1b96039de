import { GatewayError } from './gateway-error.js';
import type { AnswerStream, HttpAnswer, HttpCall } from './http-call.js';

/** A standard request as a gateway reads it. */
export function readFetchRequest(request: Request): HttpCall {
  const { method, url, headers, signal } = request;
  return { method, url, headers, signal, readText: (onBytes) => readText(request, onBytes) };
}

async function readText(request: Request, onBytes: (bytes: number) => void): Promise<string> {
  if (request.body === null) return '';
  const decoder = createBodyDecoder();
  const reader = request.body.getReader() as ReadableStreamDefaultReader<Uint8Array>;
  let text = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return text + decoder.decode();
      onBytes(value.length);
      text += decoder.decode(value, true);
    }
  } catch (error) {
    reader.cancel().catch(() => undefined);
    if (error instanceof GatewayError) throw error;
    throw describeCut();
  }
}

/** Decodes a body, whole or in pieces. */
export interface BodyDecoder {
  /** @throws GatewayError `invalid_request` for other bytes than UTF-8: models would get other words */
  decode(bytes?: Uint8Array, isPiece?: boolean): string;
}

export function createBodyDecoder(): BodyDecoder {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  return {
    decode(bytes, isPiece = false) {
      try {
        return decoder.decode(bytes, { stream: isPiece });
      } catch {
        throw new GatewayError('invalid_request', 'The body is not text in UTF-8.');
      }
    },
  };
}

/** The error for a body that does not arrive whole. */
export function describeCut(): GatewayError {
  return new GatewayError('aborted', 'The request ended before its body did.');
}

/** A gateway's answer as a standard response. */
export function writeResponse({ status, headers, body }: HttpAnswer): Response {
  const content = typeof body === 'string' ? body : createWebStream(body);
  return new Response(content, { status, headers });
}

function createWebStream(stream: AnswerStream): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { text, isLast } = await stream.next();
        if (text !== '') controller.enqueue(encoder.encode(text));
        if (isLast) controller.close();
      },
      cancel: () => stream.cancel(),
    },
    // Pulls on demand only.
    { highWaterMark: 0 },
  );
}
