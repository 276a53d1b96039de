import { listTaskNames } from '../evaluate/diagnose/task-names.js';
import type { OutcomeTable } from '../../measure/outcomes/outcome-table.js';
import type { Volume } from './report.js';
import { readMixFile } from './read-mix-file.js';

/** How many requests the money is for, as the options say; a thousand where they say nothing. */
export async function readVolume(
  { table, taskOf }: { readonly table: OutcomeTable; readonly taskOf: Int32Array },
  monthlyRequests: number | undefined,
  mixFile: string | undefined,
): Promise<Volume> {
  if (mixFile !== undefined) {
    const names = new Set(listTaskNames(table, taskOf).filter((name) => name !== null));
    return readMixFile(mixFile, [...names]);
  }
  return monthlyRequests === undefined
    ? { kind: 'per_thousand', requests: 1000 }
    : { kind: 'monthly', requests: monthlyRequests };
}
