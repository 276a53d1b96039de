import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { acquireLedgerLock } from '../../measure/ledger/ledger-lock.js';
import { runFiles } from '../../measure/outcomes/run.js';
import { RoutesmithError } from '../../util/errors.js';

/** The files of a demo's folder, which is a run's folder at the same time. */
export const demoFiles = {
  marker: 'made-by-routesmith-demo.txt',
  pool: 'models.yaml',
  policy: 'demo.policy.json',
  report: 'report.html',
} as const;

const lockName = `${runFiles.ledger}.lock`;

/**
 * Makes a demo's folder, empty but for a marker. What an earlier demo left there is removed; a
 * folder with anything else in it is not touched.
 *
 * @throws RoutesmithError `usage` where the folder is not an earlier demo's, `run_locked` where
 * another demo is sweeping into it
 */
export async function prepareDemoFolder(directory: string, now: Date): Promise<void> {
  await mkdir(directory, { recursive: true });
  const names = await readdir(directory);
  const ours = new Set<string>([...Object.values(demoFiles), ...Object.values(runFiles)]);
  const isLeftover = (name: string): boolean =>
    name.startsWith(lockName) || name.endsWith('.tmp') || name.endsWith('.new');
  const foreign = names.find((name) => !ours.has(name) && !isLeftover(name));
  const isDemo = names.includes(demoFiles.marker) && foreign === undefined;
  if (names.length > 0 && !isDemo) {
    throw new RoutesmithError('usage', 'the folder holds something else than an earlier demo', {
      where: foreign === undefined ? directory : join(directory, foreign),
      fix: 'Name another folder with --dir.',
    });
  }
  // Held while the files go, so that a demo that is still running does not lose its own.
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
    'SIMULATED. "routesmith demo" made this folder, and empties it when it is run again.\n',
  );
}
