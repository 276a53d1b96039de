import { join } from 'node:path';
import type { GivenTools } from '../../measure/graders/missing-tools.js';
import type { SweepSettings } from '../../measure/sweep/run-sweep.js';
import { adaptiveOptions, readAdaptiveSettings } from '../options/adaptive-options.js';
import { addModelOptions, readAddModelSettings } from '../options/add-model-options.js';
import { checkNeeds, parseNames } from '../options/check-arguments.js';
import { defineCommand } from '../options/define-command.js';
import { gradingOptions } from '../options/grading-options.js';
import { readSweepQueue, sweepQueueOptions } from '../options/queue-options.js';
import { maxAutoRepeats, readAutoRepeats, repeatsOption } from '../options/repeats-option.js';
import { RoutesmithError } from '../../util/errors.js';
import { joinNames } from '../../util/join-names.js';
import { defaultConcurrency } from '../../util/run-workers.js';
import { finish, printResults } from './finish-sweep.js';
import { noteNoBudget, sweep } from './show-sweep.js';
import { printWarning } from '../print/print.js';

/** The log file in the run folder where `--log` has no value. */
const defaultLog = 'log.jsonl';

export const sweepCommand = defineCommand({
  usage: 'sweep [run]',
  summary: 'Call every model of a pool with every prompt, and grade the answers',
  positionals: {
    run: { type: 'string', describe: 'With --add-model: the run folder that it is added to' },
  },
  options: {
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
  },
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
    if (addition !== undefined) {
      const { addModelToRun } = await import('./add-model-to-run.js');
      const logFile = args.log === defaultLog ? join(addition.runDirectory, defaultLog) : args.log;
      await addModelToRun(addition, { ...args, log: logFile });
      return;
    }
    const { tasks, pool: poolFile, out } = requireFiles(args);
    const queue = readSweepQueue(args);
    if (!args.batch) checkNeeds({ poll: args.poll }, 'batch');
    const adaptive = readAdaptiveSettings(args);
    const autoRepeats = readAutoRepeats(args);
    const [
      { readTaskSet },
      { checkHasGraders, describeSuspicions },
      { checkGrader },
      { describeMissingTools },
      { readPool },
      { chooseByVision },
      { listWithoutRoom },
      { checkCapabilities },
    ] = await Promise.all([
      import('../../measure/tasks/read-task-set.js'),
      import('../../measure/tasks/check-examples.js'),
      import('../../measure/graders/check-grader.js'),
      import('../../measure/graders/missing-tools.js'),
      import('../../measure/models/read-pool.js'),
      import('../options/choose-by-vision.js'),
      import('../../measure/sweep/preflight.js'),
      import('../options/check-capabilities.js'),
    ]);
    const taskSet = await readTaskSet(tasks, { checkGrader });
    if (!args.ungraded) checkHasGraders(taskSet);
    for (const warning of describeSuspicions(taskSet)) printWarning(warning);
    const tools = { judge: args.judge !== undefined, sandbox: args.allowCode };
    if (adaptive === undefined) {
      for (const warning of describeMissingTools(taskSet.examples, tools)) printWarning(warning);
    }
    const pool = await readPool(poolFile);
    const known = pool.models.map(({ id }) => id);
    const selected = args.models === undefined ? known : parseNames('--models', args.models, known);
    const models = chooseByVision(
      pool.models.filter(({ id }) => selected.includes(id)),
      taskSet,
      poolFile,
    );
    const tight = listWithoutRoom(models);
    if (tight.length > 0) {
      const what =
        'maxTokens fills the whole context window, and some servers then refuse every call';
      printWarning(`${tight.join(', ')}: ${what}. Lower parameters.maxTokens in ${poolFile}.`);
    }
    checkCapabilities(models, taskSet, poolFile);
    const settings: SweepSettings = {
      taskSet,
      pool: { ...pool, models },
      runDirectory: out,
      concurrency: args.concurrency ?? defaultConcurrency,
      repeats: args.repeats === 'auto' ? maxAutoRepeats : args.repeats,
      seed: args.seed,
      environment: process.env,
      retryFailed: args['retry-failed'],
      ...(args.limit !== undefined && { limit: args.limit }),
      ...(args.budget !== undefined && { budgetUsd: args.budget }),
      ...(args.batch && { batches: { pollMs: 1000 * (args.poll ?? 30) } }),
    };
    if (adaptive !== undefined) await checkGradable(settings, tools);
    if (args['dry-run']) {
      const { printDryRun } = await import('./sweep-dry-run.js');
      const isQueued = queue !== undefined;
      await printDryRun(settings, { adaptive, autoRepeats }, { ...args, isQueued });
      return;
    }
    if (queue !== undefined) {
      await noteNoBudget(settings, args);
      const { sweepByQueue } = await import('./sweep-by-queue.js');
      const summary = await sweepByQueue(settings, queue, args);
      const results = await printResults(summary, { judge: summary.judge }, args.json);
      await finish(summary, {
        json: args.json,
        out,
        results,
        models,
        retryFailed: args.retryFailed,
      });
      return;
    }
    const logFile = args.log === defaultLog ? join(out, defaultLog) : args.log;
    await noteNoBudget(settings, args, { adaptive, autoRepeats });
    const { summary, ...rest } = await sweep(settings, args, logFile, { adaptive, autoRepeats });
    const results = await printResults(summary, rest, args.json);
    const hasSkippedModels = (rest.record?.stoppedModels.length ?? 0) > 0;
    await finish(summary, {
      json: args.json,
      out,
      results,
      hasSkippedModels,
      models,
      retryFailed: args.retryFailed,
    });
  },
});

/** @throws RoutesmithError `usage` where an adaptive sweep would buy answers that nothing can grade */
async function checkGradable(settings: SweepSettings, tools: GivenTools): Promise<void> {
  const [{ checkHasTools }, { planSweep }, { readPlanSettings }] = await Promise.all([
    import('../../measure/graders/missing-tools.js'),
    import('../../measure/sweep/plan-sweep.js'),
    import('../../measure/sweep/run-sweep.js'),
  ]);
  const { prompts } = planSweep(readPlanSettings(settings));
  checkHasTools(
    prompts.map(({ example }) => example),
    tools,
    '--adaptive',
  );
}

/** @throws RoutesmithError `usage` unless a sweep's files are named */
function requireFiles(args: {
  readonly tasks: string | undefined;
  readonly pool: string | undefined;
  readonly out: string | undefined;
}): { readonly tasks: string; readonly pool: string; readonly out: string } {
  const { tasks, pool, out } = args;
  if (tasks !== undefined && pool !== undefined && out !== undefined) return { tasks, pool, out };
  const missing = Object.entries({ tasks, pool, out }).flatMap(([name, value]) =>
    value === undefined ? [`--${name}`] : [],
  );
  throw new RoutesmithError('usage', `${joinNames(missing)} must be given`, {
    fix: 'For example: routesmith sweep --tasks tasks.jsonl --pool models.yaml --out runs/mine',
  });
}
