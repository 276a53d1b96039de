import { execFile } from 'node:child_process';
import { lstat, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { PartResult } from './part.js';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../../', import.meta.url));

/** What an installation for production takes on disk, with and without optional packages. */
export async function checkInstall(): Promise<PartResult> {
  const folder = await mkdtemp(path.join(tmpdir(), 'install-'));
  try {
    await run('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], { cwd: root });
    const packed = (await readdir(folder)).find((name) => name.endsWith('.tgz')) ?? '';
    const tarball = path.join(folder, packed);
    const all = await install(path.join(folder, 'all'), tarball, []);
    const lean = await install(path.join(folder, 'lean'), tarball, ['--omit=optional']);
    const describe = ({ megabytes, packages }: Installed): string =>
      `${megabytes.toFixed(0)} MB in ${packages} packages`;
    return {
      report: `installed: ${describe(all)}; without optional packages: ${describe(lean)}`,
      failures: [],
      results: { all, lean },
    };
  } finally {
    await rm(folder, { recursive: true });
  }
}

interface Installed {
  readonly megabytes: number;
  readonly packages: number;
}

async function install(
  folder: string,
  tarball: string,
  flags: readonly string[],
): Promise<Installed> {
  const quiet = ['--no-audit', '--no-fund', '--omit=dev', '--prefix', folder];
  await run('npm', ['install', ...quiet, ...flags, tarball], { cwd: path.dirname(tarball) });
  const entries = await readdir(path.join(folder, 'node_modules'), {
    recursive: true,
    withFileTypes: true,
  });
  let bytes = 0;
  let packages = 0;
  for (const entry of entries) {
    const { blocks } = await lstat(path.join(entry.parentPath, entry.name));
    bytes += blocks * 512;
    if (entry.name === 'package.json' && isPackageFolder(entry.parentPath)) packages += 1;
  }
  return { megabytes: bytes / 2 ** 20, packages };
}

/** Whether a folder is a package's own: `node_modules/name` or `node_modules/@scope/name`. */
function isPackageFolder(folder: string): boolean {
  return /node_modules[\\/](?:@[^\\/]+[\\/])?[^@\\/][^\\/]*$/.test(folder);
}
