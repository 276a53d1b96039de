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
  nextPolicy: 'next.policy.json',
  traffic: ['week-1.jsonl', 'week-2.jsonl'],
} as const;

/** Its folders, by week of the made-up traffic: decision logs, and audits of them. */
export const demoFolders = {
  log: ['week-1-log', 'week-2-log'],
  audit: ['week-1-audit', 'week-2-audit'],
} as const;

const lockName = `${runFiles.ledger}.lock`;
const runNames = new Set<string>(Object.values(runFiles));
const demoNames = new Set<string>([...Object.values(demoFiles).flat(), ...runNames]);
const folderNames = new Set<string>(Object.values(demoFolders).flat());
/** What decision logs and audits write besides the files of a run. */
const folderFile = /^(audit\.json|(decisions|feedback)-.+\.jsonl(\.gz)?|writer-.+\.state)$/;

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
  const foreign = await findForeign(directory, names);
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
      if (!name.startsWith(lockName)) {
        await rm(join(directory, name), { force: true, recursive: folderNames.has(name) });
      }
    }
  } finally {
    await lock.release();
  }
  await writeFile(
    join(directory, demoFiles.marker),
    'SIMULATED. "routesmith demo" created this folder and empties it on each run.\n',
  );
}

/** A file that no demo wrote, if there is one. */
async function findForeign(
  directory: string,
  names: readonly string[],
): Promise<string | undefined> {
  for (const name of names) {
    if (!folderNames.has(name)) {
      if (!demoNames.has(name) && !isLeftover(name)) return name;
      continue;
    }
    const entries = await readdir(join(directory, name), { withFileTypes: true });
    const foreign = entries.find(
      (entry) =>
        !entry.isFile() ||
        !(runNames.has(entry.name) || isLeftover(entry.name) || folderFile.test(entry.name)),
    );
    if (foreign !== undefined) return join(name, foreign.name);
  }
  return undefined;
}

function isLeftover(name: string): boolean {
  return name.startsWith(lockName) || name.endsWith('.tmp') || name.endsWith('.new');
}
