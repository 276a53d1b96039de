import { refusePolicy } from './decoders.js';

/**
 * How large a policy may be: with all of these at once, loading takes at most 100 MB and 200 ms, and a
 * decision 5 ms. `npm run check:security -- --only policies` measures it.
 */
export const policyLimits = {
  maxTasks: 1000,
  maxModels: 500,
  /** Tasks times models: each model has an estimate per task. */
  maxEstimates: 50_000,
  /** Kept features times tasks and models together. */
  maxWeights: 3_000_000,
  /** Characters that a prompt's fields are read to. */
  maxFieldCharacters: 65_536,
  maxFileCharacters: 16_000_000,
  /** Values in the file. Numbers of a list that is written as base64 do not count. */
  maxMembers: 500_000,
} as const;

/** Refuses a policy of which something exceeds its limit. */
export function refuseMore(path: string, count: number, maximum: number): void {
  if (count > maximum) {
    refusePolicy(path, `must be at most ${maximum}, not ${count}`, 'Train it on fewer.');
  }
}
