import { checkGrader } from '../../measure/graders/check-grader.js';
import {
  checkHasTools,
  describeMissingTools,
  type GivenTools,
} from '../../measure/graders/missing-tools.js';
import { readPool } from '../../measure/models/read-pool.js';
import { planSweep } from '../../measure/sweep/plan-sweep.js';
import { listWithoutRoom } from '../../measure/sweep/preflight.js';
import { readPlanSettings, type SweepSettings } from '../../measure/sweep/run-sweep.js';
import { checkHasGraders, describeSuspicions } from '../../measure/tasks/check-examples.js';
import { readTaskSet } from '../../measure/tasks/read-task-set.js';
import { RoutesmithError } from '../../util/errors.js';
import { joinNames } from '../../util/join-names.js';
import { defaultConcurrency } from '../../util/run-workers.js';
import { readAdaptiveSettings } from '../options/adaptive-options.js';
import { checkNeeds, parseNames } from '../options/check-arguments.js';
import { checkCapabilities } from '../options/check-capabilities.js';
import { chooseByVision } from '../options/choose-by-vision.js';
import { readSweepQueue, type SweepQueue } from '../options/queue-options.js';
import { maxAutoRepeats, readAutoRepeats, type SweepChoice } from '../options/repeats-option.js';
import { findLogFile, type SweepArguments } from '../options/sweep-options.js';
import { printWarning } from '../print/print.js';
import { finish, printResults } from './finish-sweep.js';
import { noteNoBudget, sweep, type SweepResults } from './show-sweep.js';

/** Sweeps the models of a pool over a task set, or says what that would cost. */
export async function sweepPool(args: SweepArguments): Promise<void> {
  const files = requireFiles(args);
  const queue = readSweepQueue(args);
  if (!args.batch) checkNeeds({ poll: args.poll }, 'batch');
  const choice = { adaptive: readAdaptiveSettings(args), autoRepeats: readAutoRepeats(args) };
  const settings = await readSettings(files, args, choice);
  if (args['dry-run']) {
    const { printDryRun } = await import('./sweep-dry-run.js');
    await printDryRun(settings, choice, { ...args, isQueued: queue !== undefined });
    return;
  }
  const { summary, ...rest } = await makeCalls(settings, args, { queue, ...choice });
  const results = await printResults(summary, rest, args.json);
  await finish(summary, {
    json: args.json,
    out: files.out,
    results,
    hasSkippedModels: (rest.record?.stoppedModels.length ?? 0) > 0,
    models: settings.pool.models,
    retryFailed: args.retryFailed,
  });
}

/** Reads the files, and warns of what would spoil the sweep. */
async function readSettings(
  { tasks, pool: poolFile, out }: SweepFiles,
  args: SweepArguments,
  { adaptive }: SweepChoice,
): Promise<SweepSettings> {
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
  if (adaptive !== undefined) checkGradable(settings, tools);
  return settings;
}

/** Sweeps here, or by a queue whose workers do. */
async function makeCalls(
  settings: SweepSettings,
  args: SweepArguments,
  { queue, ...choice }: SweepChoice & { readonly queue: SweepQueue | undefined },
): Promise<SweepResults> {
  if (queue !== undefined) {
    await noteNoBudget(settings, args);
    const { sweepByQueue } = await import('./sweep-by-queue.js');
    const summary = await sweepByQueue(settings, queue, args);
    return { summary, judge: summary.judge };
  }
  await noteNoBudget(settings, args, choice);
  return sweep(settings, args, findLogFile(args.log, settings.runDirectory), choice);
}

/** @throws RoutesmithError `usage` where an adaptive sweep would buy answers that nothing can grade */
function checkGradable(settings: SweepSettings, tools: GivenTools): void {
  const { prompts } = planSweep(readPlanSettings(settings));
  checkHasTools(
    prompts.map(({ example }) => example),
    tools,
    '--adaptive',
  );
}

interface SweepFiles {
  readonly tasks: string;
  readonly pool: string;
  readonly out: string;
}

/** @throws RoutesmithError `usage` unless a sweep's files are named */
function requireFiles({ tasks, pool, out }: SweepArguments): SweepFiles {
  if (tasks !== undefined && pool !== undefined && out !== undefined) return { tasks, pool, out };
  const missing = Object.entries({ tasks, pool, out }).flatMap(([name, value]) =>
    value === undefined ? [`--${name}`] : [],
  );
  throw new RoutesmithError('usage', `${joinNames(missing)} must be given`, {
    fix: 'For example: routesmith sweep --tasks tasks.jsonl --pool models.yaml --out runs/mine',
  });
}
