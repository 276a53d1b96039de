import { join } from 'node:path';
import { defaultConcurrency } from '../../util/run-workers.js';
import { adaptiveOptions } from './adaptive-options.js';
import { addModelOptions } from './add-model-options.js';
import type { CommandArguments, OptionSpec } from './define-command.js';
import { gradingOptions } from './grading-options.js';
import { sweepQueueOptions } from './queue-options.js';
import { repeatsOption } from './repeats-option.js';

/** The log file in the run folder where `--log` has no value. */
const defaultLog = 'log.jsonl';

export const sweepPositionals = {
  run: { type: 'string', describe: 'With --add-model: the run folder that it is added to' },
} as const;

export const sweepOptions = {
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

export type SweepArguments = CommandArguments<typeof sweepPositionals & typeof sweepOptions>;

/** Where `--log` writes. */
export function findLogFile(log: string | undefined, runDirectory: string): string | undefined {
  return log === defaultLog ? join(runDirectory, defaultLog) : log;
}
