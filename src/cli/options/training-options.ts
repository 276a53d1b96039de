import type { FamilyName } from '../../learn/train/heads/families.js';
import type { OptionSpec } from '../commands/define-command.js';

/** Listed here and not taken from the trainer, which takes a moment to load; a test compares them. */
export const familyChoices = [
  'auto',
  'constant',
  'task_table',
  'linear',
  'task_mixture',
] as const satisfies readonly (FamilyName | 'auto')[];

/** Options of the commands that train, besides their seed. */
export const trainingOptions = {
  family: {
    type: 'string',
    choices: familyChoices,
    defaultDescription: 'auto',
    describe:
      'What to learn; auto compares them on training prompts, and each part is free to differ',
  },
  threads: {
    type: 'number',
    whole: true,
    minimum: 1,
    defaultDescription: 'one a core, at most 8',
    describe: 'Threads to train with; the result is the same',
  },
} as const satisfies Record<string, OptionSpec>;

/** Options of the commands that hold parts of a run out. */
export const partOptions = {
  folds: {
    type: 'number',
    whole: true,
    minimum: 2,
    defaultDescription: '5',
    describe: 'Parts of the run; each is held out in turn',
  },
  seed: {
    type: 'number',
    default: 1,
    whole: true,
    minimum: 0,
    describe: 'Decides the parts, and the draws of the intervals',
  },
} as const satisfies Record<string, OptionSpec>;

/** The given ones, as the trainer takes them. */
export function readTrainingOptions(args: {
  readonly family: string | undefined;
  readonly threads: number | undefined;
}): { readonly family?: FamilyName | 'auto'; readonly threads?: number } {
  return {
    ...(args.family !== undefined && { family: args.family as FamilyName | 'auto' }),
    ...(args.threads !== undefined && { threads: args.threads }),
  };
}
