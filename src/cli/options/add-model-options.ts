import { RoutesmithError } from '../../util/errors.js';
import { pickAdaptive, type AdaptiveArguments } from './adaptive-options.js';
import { checkCombination, checkNeeds } from './check-arguments.js';
import type { OptionSpec } from './define-command.js';

/** Options of a sweep that adds a model to a run. */
export const addModelOptions = {
  'add-model': {
    type: 'string',
    describe: 'Add this model of the pool to a swept run, asking it a part of the prompts',
  },
  share: {
    type: 'number',
    above: 0,
    maximum: 1,
    defaultDescription: '0.1',
    describe:
      'With --add-model: share of the prompts that it is asked to learn from, at least two of each task',
  },
} as const satisfies Record<string, OptionSpec>;

export interface AddModelArguments extends Pick<
  AdaptiveArguments,
  'adaptive' | 'for' | 'worth' | 'max-calls' | 'keep-going'
> {
  readonly run: string | undefined;
  readonly out: string | undefined;
  readonly pool: string | undefined;
  readonly tasks: string | undefined;
  readonly 'add-model': string | undefined;
  readonly share: number | undefined;
  readonly repeats: number | string;
  readonly 'retry-failed': boolean;
  readonly ungraded: boolean;
  readonly batch: boolean;
  readonly poll: number | undefined;
  readonly queue: string | undefined;
  readonly 'queue-schema': string | undefined;
  readonly lease: number | undefined;
  readonly models: string | undefined;
  readonly limit: number | undefined;
}

/** What a sweep adds to which run. */
export interface AddModelSettings {
  readonly runDirectory: string;
  readonly poolFile: string;
  readonly model: string;
  readonly share: number;
}

/**
 * Reads which model is added to which run.
 *
 * @returns undefined for other sweeps
 * @throws RoutesmithError `usage` for options that are missing or do not go together
 */
export function readAddModelSettings(args: AddModelArguments): AddModelSettings | undefined {
  const { run, out, pool, share = 0.1 } = args;
  const model = args['add-model'];
  if (model === undefined) {
    checkNeeds({ share: args.share }, 'add-model');
    if (run === undefined) return undefined;
    throw new RoutesmithError('usage', 'a run folder needs --add-model', {
      fix: 'Add --add-model NAME, or give the folder as --out with --tasks and --pool.',
    });
  }
  const { adaptive, batch, poll, queue, lease, models, limit, tasks, ungraded } = args;
  const others = { repeats: args.repeats !== 1, 'retry-failed': args['retry-failed'], ungraded };
  const workers = { queue, 'queue-schema': args['queue-schema'], lease };
  checkCombination(
    { ...others, batch, poll, ...workers, models, limit, tasks },
    'add-model',
    'The prompts and the other models are those of the run.',
  );
  checkCombination(
    { adaptive, ...pickAdaptive(args) },
    'add-model',
    'It chooses the prompts of the one model itself, a --share of them to learn from.',
  );
  if (run !== undefined && out !== undefined && run !== out) {
    throw new RoutesmithError('usage', 'two run folders are given', {
      fix: 'Name the run that the model is added to once.',
    });
  }
  const runDirectory = run ?? out;
  if (runDirectory === undefined || pool === undefined) {
    const missing = runDirectory === undefined ? 'the run that it is added to' : '--pool';
    throw new RoutesmithError('usage', `--add-model needs ${missing}`, {
      fix: 'For example: routesmith sweep runs/mine --add-model NAME --pool models.yaml',
    });
  }
  return { runDirectory, poolFile: pool, model, share };
}
