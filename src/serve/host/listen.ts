import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { RoutesmithError } from '../../util/errors.js';
import { tell } from '../../util/tell.js';
import { startTimer } from '../../util/timer.js';
import type { Gateway } from '../gateway/gateway.js';
import { createNodeListener } from './send-answer.js';

/** Limits of the socket, before the gateway sees a request. */
const serverOptions = {
  /** Of all headers together; more is answered with 431. */
  maxHeaderSize: 16 * 1024,
  headersTimeout: 15_000,
  /** From the first byte of a request to its last; a slower one is answered with 408. */
  requestTimeout: 60_000,
  keepAliveTimeout: 65_000,
} as const;

const maxConnections = 4096;

/** How long what has ended may take to be sent, and what was cut off to end. */
const settleMs = 1000;

/** See `ListenSettings.stallMs`. */
const defaultStallMs = 60_000;

/** A gateway on a socket. */
export interface Listener {
  readonly url: string;
  readonly port: number;
  /**
   * Takes no new connections, lets the running requests end, and closes. Those that are cut off have
   * ended, too, before it resolves.
   *
   * @param limitMs after which their connections are cut
   * @returns whether all of them ended in time
   */
  close(limitMs: number): Promise<boolean>;
}

export interface ListenSettings {
  readonly host: string;
  /** 0 for one that is free. */
  readonly port: number;
  /** How long a caller may read nothing of an answer before its connection is cut. @default 60_000 */
  readonly stallMs?: number;
  /** Told of a connection that cannot be taken, as where too many files are open; the others go on. */
  readonly onError?: (error: NodeJS.ErrnoException) => void;
}

/**
 * Puts a gateway on a socket.
 *
 * @throws RoutesmithError `usage` if the address is in use or not permitted
 */
export async function listen(
  gateway: Gateway,
  { host, port, stallMs = defaultStallMs, onError }: ListenSettings,
): Promise<Listener> {
  const server = createServer(serverOptions, createNodeListener(gateway, stallMs));
  server.maxConnections = maxConnections;
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (cause) {
    throw describeListenError(cause, `${host}:${port}`);
  }
  // Without a listener, such an error would end the process with all of its requests.
  server.on('error', (error) => tell(onError, error));
  const address = server.address() as AddressInfo;
  const shown = host.includes(':') ? `[${host}]` : host;
  return {
    url: `http://${shown}:${address.port}`,
    port: address.port,
    async close(limitMs) {
      const closed = once(server, 'close');
      server.close();
      const drained = gateway.drain();
      const isInTime = await waitAtMost(drained, limitMs);
      server.closeIdleConnections();
      // What has ended is being sent; what has not is cut off.
      const isSent = isInTime && (await waitAtMost(closed, settleMs));
      if (!isSent) server.closeAllConnections();
      await closed;
      // Requests learn only after this that their connection was cut, and are then recorded.
      await waitAtMost(drained, settleMs);
      return isInTime;
    },
  };
}

async function waitAtMost(promise: Promise<unknown>, limitMs: number): Promise<boolean> {
  let timer: ReturnType<typeof startTimer>;
  const late = new Promise<boolean>((resolve) => {
    timer = startTimer(limitMs, () => resolve(false));
  });
  const isInTime = await Promise.race([promise.then(() => true), late]);
  clearTimeout(timer);
  return isInTime;
}

function describeListenError(cause: unknown, where: string): RoutesmithError {
  const { code } = cause as NodeJS.ErrnoException;
  switch (code) {
    case 'EADDRINUSE':
      return new RoutesmithError('usage', 'this port is in use', {
        where,
        fix: 'Choose another one with --port.',
        cause,
      });
    case 'EACCES':
      return new RoutesmithError('usage', 'no permission to use this port', {
        where,
        fix: 'Choose one above 1023 with --port.',
        cause,
      });
    default:
      return new RoutesmithError('usage', `cannot listen here (${code ?? 'unknown'})`, {
        where,
        fix: 'Name an address of this machine with --host.',
        cause,
      });
  }
}
