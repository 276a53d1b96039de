import type { RosterOptions } from '../../policy/decide/apply-roster.js';
import type { OptionSpec } from '../commands/define-command.js';

/** Options of commands that decide: today's prices and models. */
export const rosterOptions = {
  pool: {
    type: 'string',
    describe: "Today's prices: a pool file (models.yaml), in place of the policy's",
  },
  unavailable: { type: 'string', array: true, describe: 'Models that cannot be used now' },
} as const satisfies Record<string, OptionSpec>;

/** Reads them; imports the reader of pools only where there is one. */
export async function readRosterOptions(args: {
  readonly pool?: string | undefined;
  readonly unavailable?: readonly string[] | undefined;
}): Promise<RosterOptions> {
  const { pool: file, unavailable } = args;
  if (file === undefined) return unavailable === undefined ? {} : { unavailable };
  const { readPool } = await import('../../measure/models/read-pool.js');
  const { models } = await readPool(file);
  return {
    prices: Object.fromEntries(models.map(({ id, price }) => [id, price])),
    ...(unavailable !== undefined && { unavailable }),
  };
}
