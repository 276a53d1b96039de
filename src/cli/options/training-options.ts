import type { FamilyName } from '../../learn/train/heads/families.js';
import type { OptionSpec } from './define-command.js';

/** Repeated here because the trainer takes a moment to load; a test compares the two lists. */
export const familyChoices = [
  'auto',
  'constant',
  'task_table',
  'linear',
  'task_mixture',
] as const satisfies readonly (FamilyName | 'auto')[];

/** Options of the commands that train. */
export const trainingOptions = {
  family: {
    type: 'string',
    choices: familyChoices,
    defaultDescription: 'auto',
    describe: 'Model family; auto picks the best one on training prompts, fold by fold',
  },
  threads: {
    type: 'number',
    whole: true,
    minimum: 1,
    defaultDescription: 'one per core, at most 8',
    describe: 'Training threads; the result does not depend on them',
  },
} as const satisfies Record<string, OptionSpec>;

export const foldsOption = {
  type: 'number',
  whole: true,
  minimum: 2,
  defaultDescription: '5',
  describe: 'Folds of the cross-validation',
} as const satisfies OptionSpec;

/** The training options that are given, as the trainer takes them. */
export function readTrainingOptions(args: {
  readonly family: string | undefined;
  readonly threads: number | undefined;
}): { readonly family?: FamilyName | 'auto'; readonly threads?: number } {
  return {
    ...(args.family !== undefined && { family: args.family as FamilyName | 'auto' }),
    ...(args.threads !== undefined && { threads: args.threads }),
  };
}
