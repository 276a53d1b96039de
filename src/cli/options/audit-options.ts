import { defaultConcurrency } from '../../util/run-workers.js';
import type { CommandArguments, OptionSpec } from './define-command.js';
import { gradingOptions } from './grading-options.js';

export const auditPositionals = {
  log: { type: 'string', demandOption: true, describe: 'Folder of a decision log' },
} as const;

export const auditOptions = {
  pool: { type: 'string', demandOption: true, describe: 'Models to ask: models.yaml' },
  out: {
    type: 'string',
    defaultDescription: 'the log\'s name and "-audit"',
    describe: 'Run folder; continues the audit that it holds',
  },
  sample: {
    type: 'number',
    default: 400,
    whole: true,
    minimum: 20,
    describe: 'Requests to draw: half at random, half where the decision was close',
  },
  repeats: {
    type: 'number',
    default: 2,
    whole: true,
    minimum: 1,
    describe: 'Answers per request and model; with one, chance cannot be told from mistakes',
  },
  budget: {
    type: 'number',
    minimum: 0,
    describe: 'Maximum cost of the audit in USD [default: none]',
  },
  prompts: {
    type: 'string',
    describe: 'Task set with the prompts, graders and references, by the id of the request',
  },
  rubric: {
    type: 'string',
    describe: 'What makes a good answer, for the judge of requests without a grader',
  },
  ...gradingOptions,
  human: {
    type: 'string',
    describe: 'Labels by people, to correct the judge: to-label.jsonl of the run, filled in',
  },
  baseline: {
    type: 'string',
    describe: "Single model to compare with [default: the policy's baseline]",
  },
  labels: {
    type: 'number',
    whole: true,
    minimum: 20,
    describe: 'Requests to pick for people [default: 5 %, at least 20]',
  },
  examples: {
    type: 'number',
    default: 0,
    whole: true,
    minimum: 0,
    describe: 'Print this many of the decisions that lost the most quality',
  },
  seed: {
    type: 'number',
    default: 1,
    whole: true,
    minimum: 0,
    describe: 'Seed of the sample',
  },
  concurrency: {
    type: 'number',
    default: defaultConcurrency,
    whole: true,
    minimum: 1,
    maximum: 1000,
    describe: 'Maximum number of in-flight calls',
  },
} as const satisfies Record<string, OptionSpec>;

export type AuditArguments = CommandArguments<typeof auditPositionals & typeof auditOptions>;
