import { RoutesmithError } from '../../util/errors.js';

/** Where a queue is: a Postgres database and a schema in it. */
export interface QueueAddress {
  /** May hold a password: never printed, never stored. */
  readonly url: string;
  /** The tables of runs are in this schema, the jobs of pg-boss in `<schema>_jobs`. */
  readonly schema: string;
  /** The address without user, password and parameters, for messages. */
  readonly shown: string;
}

export const defaultQueueSchema = 'routesmith';
/** A worker that is silent for 1.5 times this long loses its cells. */
export const defaultLeaseSeconds = 30;

/**
 * Parses the address of a queue.
 *
 * @param url `postgres://user:password@host:port/database`, with `?sslmode=verify-full` for TLS
 * @throws RoutesmithError `usage`; the message never holds the URL
 */
export function parseQueueAddress(url: string, schema = defaultQueueSchema): QueueAddress {
  if (!/^[a-z_][a-z0-9_]{0,39}$/.test(schema)) {
    throw new RoutesmithError('usage', 'the name of the schema is not valid', {
      where: '--queue-schema',
      fix: 'Use up to 40 lowercase letters, digits and underscores, such as routesmith.',
    });
  }
  const parsed = tryParseUrl(url);
  if (parsed === undefined || !['postgres:', 'postgresql:'].includes(parsed.protocol)) {
    throw new RoutesmithError('usage', 'this is not the URL of a Postgres database', {
      where: '--queue',
      fix: 'Give it as postgres://user:password@host:5432/database.',
    });
  }
  return { url, schema, shown: `postgres://${parsed.host}${parsed.pathname}` };
}

function tryParseUrl(url: string): URL | undefined {
  try {
    return new URL(url);
  } catch {
    return undefined;
  }
}
