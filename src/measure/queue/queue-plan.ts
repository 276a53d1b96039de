import { createHash } from 'node:crypto';
import { z } from 'zod';
import { graderNames, findGrader } from '../graders/registry.js';
import { judgePromptVersion } from '../graders/judge/judge-prompt.js';
import { ambiguousRules, type AmbiguousRule } from '../graders/grade.js';
import type { PoolModel } from '../models/model.js';
import type { Example } from '../tasks/example.js';
import { computeLaneKey } from '../sweep/lane.js';
import type { Cell, SweepPlan } from '../sweep/plan-sweep.js';
import { createCellKeyMaker } from '../sweep/cell-key.js';
import type { RetryLimits } from '../sweep/calls/retry.js';
import { RoutesmithError } from '../../util/errors.js';
import { version } from '../../version.js';

/** What graders of a run may use; each worker opens its own. */
export interface QueueTools {
  readonly allowCode: boolean;
  /** The judge's model, with the name of its key's variable; null without a judge. */
  readonly judge: PoolModel | null;
  readonly ambiguous: AmbiguousRule | null;
}

/** What every worker has to know of a run. It names variables of keys, and holds no key. */
export interface QueuePlan {
  readonly version: 1;
  readonly program: ProgramIdentity;
  readonly models: readonly PoolModel[];
  /** Number of prompts, which are rows of their own. */
  readonly prompts: number;
  readonly repeats: number;
  /** The indexes of each lane's models. */
  readonly lanes: readonly (readonly number[])[];
  /** Upper limit of each lane's calls in flight, over all workers. */
  readonly laneMaximum: number;
  readonly retryLimits: RetryLimits;
  /** A worker that is silent for `leasesUntilLost` times as long loses its cells. */
  readonly leaseSeconds: number;
  readonly tools: QueueTools;
  /** Whether it has only the cells whose last call had failed. Absent in plans of earlier versions. */
  readonly retryFailed?: boolean;
}

/** What has to be equal in all processes of a run, because it shapes answers and grades. */
export interface ProgramIdentity {
  readonly routesmith: string;
  /** The version of each grader, by name. */
  readonly graders: Readonly<Record<string, number>>;
  readonly judgePrompt: number;
}

/** The identity of this program. */
const programIdentity: ProgramIdentity = {
  routesmith: version,
  graders: Object.fromEntries(graderNames.map((name) => [name, findGrader(name)?.version ?? 0])),
  judgePrompt: judgePromptVersion,
};

/** Describes a plan for workers. */
export function buildQueuePlan(
  plan: SweepPlan,
  settings: Pick<
    QueuePlan,
    'laneMaximum' | 'retryLimits' | 'leaseSeconds' | 'tools' | 'retryFailed'
  >,
): QueuePlan {
  const keys = plan.models.map(computeLaneKey);
  const lanes = [...new Set(keys)].map((key) =>
    keys.flatMap((other, index) => (other === key ? [index] : [])),
  );
  const { models, repeats, prompts } = plan;
  return {
    version: 1,
    program: programIdentity,
    models,
    prompts: prompts.length,
    repeats,
    lanes,
    ...settings,
  };
}

/** Equal for two sweeps that call the same cells in the same order and grade them against the same. */
export function computePlanDigest(plan: SweepPlan): string {
  const { models, prompts, repeats } = plan;
  const hash = createHash('sha256').update(JSON.stringify([models, repeats]));
  // A corrected reference is another plan. Prompts are long, and have a hash already.
  for (const { example, promptHash } of prompts) {
    hash.update(`\n${JSON.stringify({ ...example, prompt: promptHash })}`);
  }
  return hash.digest('hex');
}

const planSchema = z.looseObject({
  version: z.literal(1),
  program: z.object({
    routesmith: z.string(),
    graders: z.record(z.string(), z.number()),
    judgePrompt: z.number(),
  }),
  models: z.array(z.looseObject({ id: z.string(), baseUrl: z.string(), model: z.string() })).min(1),
  prompts: z.int().min(0),
  repeats: z.int().min(1),
  lanes: z.array(z.array(z.int().min(0))),
  laneMaximum: z.int().min(1),
  retryLimits: z.object({ maxAttempts: z.number(), maxElapsedMs: z.number() }),
  leaseSeconds: z.number().min(1),
  tools: z.looseObject({
    allowCode: z.boolean(),
    ambiguous: z.enum(ambiguousRules).nullable(),
  }),
  retryFailed: z.boolean().optional(),
});

/**
 * Decodes a run's plan.
 *
 * @throws RoutesmithError `invalid_input` if it is damaged
 */
export function decodeQueuePlan(value: unknown, runId: string): QueuePlan {
  const parsed = planSchema.safeParse(value);
  if (parsed.success) return parsed.data as unknown as QueuePlan;
  throw new RoutesmithError('invalid_input', 'the plan in the database cannot be read', {
    where: `run ${runId}`,
    fix: `Cancel it with: routesmith queue cancel --run ${runId}`,
  });
}

/**
 * Checks that this program may work on a run: answers and grades of two versions must not be mixed.
 *
 * @throws RoutesmithError `version_mismatch` that names what differs
 */
export function checkProgram(theirs: ProgramIdentity, runId: string): void {
  const ours = programIdentity;
  const names = [...new Set([...Object.keys(ours.graders), ...Object.keys(theirs.graders)])];
  const differences = [
    ...describeDifference('routesmith', ours.routesmith, theirs.routesmith),
    ...names.flatMap((name) =>
      describeDifference(`the grader ${name}`, ours.graders[name], theirs.graders[name]),
    ),
    ...describeDifference("the judge's prompt", ours.judgePrompt, theirs.judgePrompt),
  ];
  if (differences.length === 0) return;
  throw new RoutesmithError(
    'version_mismatch',
    `this process cannot work on the run: ${differences.join('; ')}`,
    {
      where: `run ${runId}`,
      fix: `Install the run's version: npm install routesmith@${theirs.routesmith}`,
    },
  );
}

function describeDifference(
  what: string,
  ours: string | number | undefined,
  theirs: string | number | undefined,
): string[] {
  if (ours === theirs) return [];
  const name = (one: string | number | undefined): string =>
    one === undefined ? 'missing' : `version ${one}`;
  return [`${what} is ${name(ours)} here and ${name(theirs)} in the run`];
}

/** Builds the cells of a run from their numbers, as `SweepPlan` does, without all prompts at hand. */
export interface QueueCells {
  /** The place of the prompt of a cell. */
  findPromptPlace(number: number): number;
  buildCell(number: number, prompt: QueuePrompt): Cell;
}

export interface QueuePrompt {
  readonly example: Example;
  readonly promptHash: string;
}

/** Creates the arithmetic of a run's cell numbers; see `SweepPlan`. */
export function createQueueCells({ models, prompts }: QueuePlan): QueueCells {
  const makers = models.map(createCellKeyMaker);
  const cellsOfRepeat = prompts * models.length;
  return {
    findPromptPlace: (number) => Math.floor((number % cellsOfRepeat) / models.length),
    buildCell(number, { example, promptHash }) {
      const index = number % models.length;
      const repeat = Math.floor(number / cellsOfRepeat);
      const cellKey = (makers[index] as (typeof makers)[number])(promptHash, repeat);
      return { cellKey, example, promptHash, model: models[index] as PoolModel, repeat };
    },
  };
}
