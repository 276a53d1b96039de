import type { Pool, PoolClient } from 'pg';
import { RoutesmithError, findErrorCode } from '../../util/errors.js';
import { redactSecrets, redactValues } from '../../util/redact-secrets.js';
import type { Clock } from '../sweep/calls/clock.js';
import type { QueueAddress } from './queue-address.js';
import type { QueuePackages } from './load-queue-packages.js';

/** Runs one statement and returns its rows. */
export type Query = <Row = Record<string, unknown>>(
  text: string,
  values?: readonly unknown[],
) => Promise<Row[]>;

/** Connections to the database of a queue. */
export interface Database {
  readonly address: QueueAddress;
  readonly query: Query;
  /** Runs statements in one transaction, which is rolled back if `work` rejects. */
  transaction<Result>(work: (query: Query) => Promise<Result>): Promise<Result>;
  close(): Promise<void>;
}

/** A statement that takes longer is given up, because its connection may be dead. */
const queryTimeoutMs = 60_000;

/** Opens connections to the database; they are made when they are needed. */
export function openDatabase(
  { pg }: QueuePackages,
  address: QueueAddress,
  maxConnections: number,
): Database {
  const pool: Pool = new pg.Pool({
    connectionString: address.url,
    application_name: 'routesmith',
    max: maxConnections,
    keepAlive: true,
    connectionTimeoutMillis: 10_000,
    query_timeout: queryTimeoutMs,
  });
  // An idle connection that breaks is replaced when it is needed.
  pool.on('error', () => {});
  const query = readRows(pool);

  return {
    address,
    query,
    async transaction(work) {
      const client = await pool.connect();
      const onError = (): void => {};
      client.on('error', onError);
      let broken: Error | undefined;
      try {
        await client.query('begin');
        const result = await work(readRows(client));
        await client.query('commit');
        return result;
      } catch (error) {
        broken = isConnectionLoss(error) ? (error as Error) : await rollBack(client);
        throw error;
      } finally {
        client.off('error', onError);
        client.release(broken);
      }
    },
    close: () => pool.end(),
  };
}

function readRows(client: Pick<PoolClient, 'query'>): Query {
  return async <Row>(text: string, values: readonly unknown[] = []) => {
    // Several statements in one text have a result each.
    const results = [await client.query(text, [...values])].flat();
    return results.flatMap(({ rows }) => rows as Row[]);
  };
}

/** @returns the error of a connection that cannot be used again */
async function rollBack(client: PoolClient): Promise<Error | undefined> {
  try {
    await client.query('rollback');
    return undefined;
  } catch (error) {
    return error as Error;
  }
}

/** Postgres is starting, stopping, was demoted to a standby, or has ended the connection; or two transactions collided. */
const passingStates = /^(?:57P0[1-5]|25006|08\w{3}|53300|25P03|40001|40P01|55P03)$/;
const networkCodes = /^(?:ECONN\w+|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN)$/;
const lostMessages =
  /connection terminated|connection timeout|query read timeout|timeout exceeded|not queryable|client was closed/i;

/** Whether a statement failed because the database is away, so that it can be tried again. */
export function isConnectionLoss(error: unknown): boolean {
  const code = findErrorCode(error);
  if (passingStates.test(code) || networkCodes.test(code)) return true;
  return error instanceof Error && lostMessages.test(error.message);
}

/** Whether an error is the database's; its text may hold the address. */
export function isDatabaseError(error: unknown): boolean {
  const isOfServer = error instanceof Error && ('severity' in error || 'routine' in error);
  return isOfServer || isConnectionLoss(error);
}

const firstDelayMs = 100;
const maxDelayMs = 5_000;
/** Attempts after the signal has aborted: a connection that was cut ends no orderly stop. */
const attemptsAfterAbort = 4;
const maxDelayAfterAbortMs = 500;

/**
 * Repeats work until the database is there. Other errors are thrown at once. The work must be safe to
 * repeat: a commit whose answer was lost may have happened.
 *
 * @param onAway called once, when the database is first found away
 * @param onFailure called each time that it is
 * @param onBack called when it is back, if it was away
 * @throws the connection's error where it is still away shortly after the signal has aborted
 */
export async function retryWhileAway<Result>(
  work: () => Promise<Result>,
  {
    clock,
    signal,
    onAway = () => {},
    onFailure = () => {},
    onBack = () => {},
  }: {
    readonly clock: Clock;
    readonly signal?: AbortSignal | undefined;
    readonly onAway?: () => void;
    readonly onFailure?: () => void;
    readonly onBack?: () => void;
  },
): Promise<Result> {
  let attemptsLeft = attemptsAfterAbort;
  for (let delayMs = firstDelayMs; ; delayMs = Math.min(2 * delayMs, maxDelayMs)) {
    try {
      const result = await work();
      if (delayMs > firstDelayMs) onBack();
      return result;
    } catch (error) {
      if (!isConnectionLoss(error)) throw error;
      onFailure();
      if (delayMs === firstDelayMs) onAway();
      if (signal?.aborted !== true) {
        await clock.sleep(delayMs, signal);
        continue;
      }
      if (attemptsLeft === 0) throw error;
      attemptsLeft -= 1;
      await clock.sleep(Math.min(delayMs, maxDelayAfterAbortMs));
    }
  }
}

/** Explains an error of the database without its password. */
export function describeDatabaseError(error: unknown, address: QueueAddress): RoutesmithError {
  if (RoutesmithError.isInstance(error)) return error;
  const text =
    error instanceof Error && error.message !== '' ? error.message : findErrorCode(error);
  const password = tryReadPassword(address.url);
  const message = redactSecrets(redactValues(text, [address.url, password]));
  return new RoutesmithError('queue_unavailable', `the queue cannot be used: ${message}`, {
    where: address.shown,
    fix: 'Check the address, the password and that Postgres is running; then run the same command again.',
  });
}

function tryReadPassword(url: string): string | undefined {
  const password = new URL(url).password;
  try {
    return password === '' ? undefined : decodeURIComponent(password);
  } catch {
    // A bare percent sign, which Postgres' own parser takes as it is.
    return password;
  }
}
