import { readRun } from '../measure/outcomes/run-folder.js';
import type { Run } from '../measure/outcomes/run.js';
import { printNotice } from './print/print.js';

/** Reads a run and says on standard error what was left out of its table. */
export async function openRun(path: string): Promise<Run> {
  const run = await readRun(path);
  for (const [reason, count] of run.leftOut) {
    printNotice(`${path}: left out, ${reason}: ${count}`);
  }
  return run;
}
