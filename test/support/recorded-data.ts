import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

/** Where published outcomes of real models are, which are not part of this project. */
export const recordedDataFolder =
  process.env['ROUTESMITH_DATA'] ?? resolve(import.meta.dirname, '../../../shared/data');

/** Whether that folder holds this; says what is skipped where it does not. */
export function hasRecordedData(path: string): boolean {
  const isThere = existsSync(resolve(recordedDataFolder, path));
  if (!isThere) {
    console.warn(
      `skipped: no ${path} in ${recordedDataFolder} (set ROUTESMITH_DATA to its folder)`,
    );
  }
  return isThere;
}
