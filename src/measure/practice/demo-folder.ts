import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { acquireLedgerLock } from '../ledger/ledger-lock.js';
import { runFiles } from '../outcomes/run.js';
import { RoutesmithError } from '../../util/errors.js';

/** The files of a demo folder, which is also a run folder. */
export const demoFiles = {
  marker: 'made-by-routesmith-demo.txt',
  pool: 'models.yaml',
  policy: 'demo.policy.json',
  report: 'report.html',
} as const;

const lockName = `${runFiles.ledger}.lock`;

/**
 * Creates a demo folder that holds only a marker file. Removes the files of an earlier demo, and
 * rejects a folder with any other file in it.
 *
 * @throws RoutesmithError `usage` if the folder contains other files, `run_locked` if another demo
 * is running in it
 */
export async function prepareDemoFolder(directory: string, now: Date): Promise<void> {
  await mkdir(directory, { recursive: true });
  const names = await readdir(directory);
  const demoNames = new Set<string>([...Object.values(demoFiles), ...Object.values(runFiles)]);
  const isLeftover = (name: string): boolean =>
    name.startsWith(lockName) || name.endsWith('.tmp') || name.endsWith('.new');
  const foreign = names.find((name) => !demoNames.has(name) && !isLeftover(name));
  const isDemo = names.includes(demoFiles.marker) && foreign === undefined;
  if (names.length > 0 && !isDemo) {
    throw new RoutesmithError(
      'usage',
      'the folder contains files that are not from an earlier demo',
      {
        where: foreign === undefined ? directory : join(directory, foreign),
        fix: 'Choose another folder with --dir.',
      },
    );
  }
  // The lock protects the files of a demo that is still running.
  const lock = await acquireLedgerLock(join(directory, runFiles.ledger), now);
  try {
    for (const name of names) {
      if (!name.startsWith(lockName)) await rm(join(directory, name), { force: true });
    }
  } finally {
    await lock.release();
  }
  await writeFile(
    join(directory, demoFiles.marker),
    'SIMULATED. "routesmith demo" created this folder and empties it on each run.\n',
  );
}
