import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answer } from '../router.js';
import { startScriptedServer, type SeenRequest } from '../scripted-server.js';
import { answerText, type Behavior, type Form, type HostileRequest } from './behavior.js';

/** The name of the model that answers every request as it should. */
export const goodModel = 'good';

/** The name of the model that does what a behavior says. */
export function nameModel(place: number, form: Form): string {
  return `bad/${place}/${form}`;
}

/** Where the hostile models are, and the good one. */
export interface HostileUrls {
  readonly baseUrl: string;
  readonly goodUrl: string;
}

/** A server of hostile models, one of a good model, and one that no request may reach. */
export interface HostileServer extends HostileUrls {
  /** How many requests came to the other server. */
  readonly strayRequests: number;
  close(): Promise<void>;
}

/** Starts a server whose models do what the behaviors say, by their places in the list. */
export async function startHostileServer(behaviors: readonly Behavior[]): Promise<HostileServer> {
  let strayRequests = 0;
  const stray = createServer((_request, response) => {
    strayRequests += 1;
    response.end('{}');
  });
  const elsewhere = `${await listen(stray)}/v1`;
  const good = await startScriptedServer(answer(answerText));
  let count = 0;
  const server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      const body = JSON.parse(
        Buffer.concat(pieces).toString('utf8') || '{}',
      ) as SeenRequest['body'];
      const { authorization = '', 'x-api-key': apiKey = '' } = request.headers;
      const key = authorization.replace('Bearer ', '') || String(apiKey);
      const seen: HostileRequest = {
        index: count++,
        path: request.url ?? '',
        headers: request.headers,
        body,
        elsewhere,
        key,
      };
      const [, place, form] = String(body['model']).split('/');
      const behavior = behaviors[Number(place ?? -1)];
      void behavior?.reply(form as Form)(response, seen);
    });
  });
  // A connection that the server closes just as it is used again would be one more fault.
  server.keepAliveTimeout = 600_000;
  const baseUrl = `${await listen(server)}/v1`;
  return {
    baseUrl,
    goodUrl: good.baseUrl,
    get strayRequests() {
      return strayRequests;
    },
    close: async () => {
      await Promise.all([close(server), close(stray), good.close()]);
    },
  };
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
