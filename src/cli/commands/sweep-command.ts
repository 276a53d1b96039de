import { join } from 'node:path';
import { defaultConcurrency } from '../../util/run-workers.js';
import { adaptiveOptions } from '../options/adaptive-options.js';
import { addModelOptions, readAddModelSettings } from '../options/add-model-options.js';
import {
  defineCommand,
  type CommandArguments,
  type OptionSpec,
} from '../options/define-command.js';
import { gradingOptions } from '../options/grading-options.js';
import { sweepQueueOptions } from '../options/queue-options.js';
import { repeatsOption } from '../options/repeats-option.js';

/** The log file in the run folder where `--log` has no value. */
const defaultLog = 'log.jsonl';

const positionals = {
  run: { type: 'string', describe: 'With --add-model: the run folder that it is added to' },
} as const;

const options = {
  tasks: { type: 'string', describe: 'Task set: JSONL, CSV or YAML' },
  pool: { type: 'string', describe: 'Pool file: models.yaml' },
  models: {
    type: 'string',
    describe: 'Call only these models of the pool, separated by commas [default: all]',
  },
  out: {
    type: 'string',
    describe: 'Run folder; resumes the sweep that it holds',
  },
  concurrency: {
    type: 'number',
    whole: true,
    minimum: 1,
    maximum: 1000,
    describe: `Maximum number of in-flight calls; with --queue, of each model over all workers [default: ${defaultConcurrency}, with --queue 1000]`,
  },
  ...repeatsOption,
  seed: {
    type: 'number',
    default: 0,
    whole: true,
    minimum: 0,
    describe: 'Seed of the order of calls',
  },
  limit: {
    type: 'number',
    whole: true,
    minimum: 1,
    describe: 'Maximum number of prompts, in the order of the seed',
  },
  budget: {
    type: 'number',
    minimum: 0,
    describe: 'Maximum cost of the run in USD, over all its sweeps [default: none]',
  },
  'dry-run': {
    type: 'boolean',
    default: false,
    describe: 'Estimate cost and time, call nothing',
  },
  'retry-failed': {
    type: 'boolean',
    default: false,
    describe: 'Call only cells whose last call failed',
  },
  batch: {
    type: 'boolean',
    default: false,
    describe: "Send the calls in the providers' batches: usually half the price, within a day",
  },
  poll: {
    type: 'number',
    defaultDescription: '30',
    minimum: 0.1,
    describe: 'With --batch: seconds between two looks at the batches',
  },
  log: {
    type: 'string',
    requiresArg: false,
    coerce: (value: string) => (value === '' ? defaultLog : value),
    describe: `File for limits, retries and pauses, with reasons; without a value: ${defaultLog} in the run folder`,
  },
  ungraded: {
    type: 'boolean',
    default: false,
    describe: 'Also sweep examples that name no grader: their answers get no grade',
  },
  ...adaptiveOptions,
  ...addModelOptions,
  ...sweepQueueOptions,
  ...gradingOptions,
} as const satisfies Record<string, OptionSpec>;

export type SweepArguments = CommandArguments<typeof positionals & typeof options>;

export const sweepCommand = defineCommand({
  usage: 'sweep [run]',
  summary: 'Call every model of a pool with every prompt, and grade the answers',
  positionals,
  options,
  examples: [
    [
      'sweep --tasks datasets/everyday.jsonl --pool models.yaml --out runs/everyday',
      'Ctrl-C pauses it, the same command resumes it',
    ],
    [
      'sweep --tasks datasets/everyday.jsonl --pool models.yaml --out runs/everyday --dry-run',
      'estimates the cost',
    ],
    [
      'sweep --tasks datasets/everyday.jsonl --pool models.yaml --out runs/everyday --budget 5.00',
      'exits with code 4 rather than cost more',
    ],
    [
      'sweep --tasks datasets/everyday.jsonl --pool models.yaml --out runs/everyday --batch --dry-run',
      'what it would cost in batches',
    ],
    [
      'sweep --tasks datasets/everyday.jsonl --pool models.yaml --out runs/adaptive --adaptive',
      'buys only the answers that decide something',
    ],
    [
      'sweep --tasks datasets/everyday.jsonl --pool models.yaml --out runs/repeated --repeats auto',
      'repeats calls only where noise could change a decision',
    ],
    [
      'sweep --tasks datasets/everyday.jsonl --pool models.yaml --models practice/clerk,practice/coder --out runs/two',
      'calls two models of the pool',
    ],
    [
      'sweep runs/two --pool models.yaml --add-model practice/scholar',
      'adds a model to a swept run, asking it a part of the prompts',
    ],
    [
      'sweep --tasks datasets/everyday.jsonl --pool models.yaml --out runs/everyday --queue postgres://db.internal/sweeps',
      'workers on other machines make the calls',
    ],
  ],
  async run(args) {
    const addition = readAddModelSettings(args);
    if (addition === undefined) {
      const { sweepPool } = await import('./sweep-pool.js');
      await sweepPool(args);
      return;
    }
    const { addModelToRun } = await import('./add-model-to-run.js');
    const log = findLogFile(args.log, addition.runDirectory);
    await addModelToRun(addition, { ...args, log });
  },
});

/** Where `--log` writes. */
export function findLogFile(log: string | undefined, runDirectory: string): string | undefined {
  return log === defaultLog ? join(runDirectory, defaultLog) : log;
}
