import { readCommandOutput } from './read-command-output.js';
import { replaySchema } from './replay-schema.js';
import type { ReportedReplay } from './report.js';

/**
 * Reads the output of `replay --json`.
 *
 * @throws RoutesmithError `invalid_input` for a damaged file
 */
export async function readReplayFile(file: string): Promise<ReportedReplay> {
  const replay = await readCommandOutput(file, replaySchema, {
    what: 'a replay',
    fix: 'Write it with "routesmith replay LOG --policy FILE --json".',
  });
  return { file, ...replay };
}
