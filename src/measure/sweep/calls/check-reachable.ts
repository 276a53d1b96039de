import { connect } from 'node:net';

/**
 * Opens a TCP connection to a base URL's host and closes it again; nothing is sent.
 *
 * @returns undefined where somebody listens, else why not, as a sentence
 */
export function checkReachable(baseUrl: string, timeoutMs = 5_000): Promise<string | undefined> {
  const { hostname, port, protocol } = new URL(baseUrl);
  const defaultPort = protocol === 'https:' ? 443 : 80;
  const host = hostname.replace(/^\[|\]$/g, '');
  return new Promise((resolve) => {
    const socket = connect({ host, port: port === '' ? defaultPort : Number(port) });
    const finish = (problem: string | undefined): void => {
      socket.destroy();
      resolve(problem);
    };
    socket.setTimeout(timeoutMs, () => finish(`no answer from ${baseUrl} in ${timeoutMs} ms`));
    socket.once('connect', () => finish(undefined));
    socket.once('error', (error: NodeJS.ErrnoException) => {
      finish(describe(error, baseUrl, host));
    });
  });
}

function describe(error: NodeJS.ErrnoException, baseUrl: string, host: string): string {
  if (error.code === 'ECONNREFUSED') return `nothing listens on ${baseUrl}`;
  if (error.code === 'ENOTFOUND' || error.code === 'EAI_AGAIN') return `no host is called ${host}`;
  return `${baseUrl} cannot be reached (${error.code ?? error.message})`;
}
