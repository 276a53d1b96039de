import { connect } from 'node:net';
import { redactSecrets } from '../../../util/redact-secrets.js';

/**
 * Checks that a base URL is reachable: opens a TCP connection and closes it, without sending data.
 *
 * @returns undefined if it is reachable, or else the reason as a sentence
 */
export function checkReachable(baseUrl: string, timeoutMs = 5_000): Promise<string | undefined> {
  const { hostname, port, protocol, origin } = new URL(baseUrl);
  // Without the path, in which some servers want the key.
  const shown = redactSecrets(origin);
  const defaultPort = protocol === 'https:' ? 443 : 80;
  const host = hostname.replace(/^\[|\]$/g, '');
  return new Promise((resolve) => {
    const socket = connect({ host, port: port === '' ? defaultPort : Number(port) });
    const finish = (problem: string | undefined): void => {
      socket.destroy();
      resolve(problem);
    };
    socket.setTimeout(timeoutMs, () => finish(`no connection to ${shown} within ${timeoutMs} ms`));
    socket.once('connect', () => finish(undefined));
    socket.once('error', (error: NodeJS.ErrnoException) => {
      finish(describe(error, shown, redactSecrets(host)));
    });
  });
}

function describe(error: NodeJS.ErrnoException, shown: string, host: string): string {
  if (error.code === 'ECONNREFUSED') return `no server is listening on ${shown}`;
  if (error.code === 'ENOTFOUND' || error.code === 'EAI_AGAIN')
    return `there is no host named ${host}`;
  return `${shown} cannot be reached (${error.code ?? error.message})`;
}
