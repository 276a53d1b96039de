import { ambiguousRules, type AmbiguousRule } from '../graders/grade.js';
import type { Capabilities, ModelEffort, Price } from '../models/model.js';
import { costBases, type CostBasis, type OutcomeTable } from './outcome-table.js';
import type { UngradedAnswers } from './ungraded-answers.js';
import { z } from 'zod';
import { capabilityNames } from '../../llm/price.js';
import { describeIssues } from '../../util/describe-issues.js';
import { RoutesmithError } from '../../util/errors.js';
import { isJsonObject } from '../../util/json.js';
import { readTextFile } from '../../util/read-text-file.js';

/** A model of a run. Imported outcomes often have only its name. */
export interface ModelInfo {
  readonly id: string;
  readonly price?: Price;
  readonly contextWindow?: number;
  readonly capabilities?: Capabilities;
  /** Present for one of several efforts of a model. */
  readonly effort?: ModelEffort;
}

/** `run.json`: the description of a run, without its outcomes. */
export interface RunInfo {
  readonly version: 1;
  readonly kind: 'sweep' | 'import';
  readonly name: string;
  readonly createdAt: string;
  readonly simulated: boolean;
  readonly models: readonly ModelInfo[];
  readonly costBasis: CostBasis;
  /** The input files, with the SHA-256 of their bytes. */
  readonly sources: readonly { readonly file: string; readonly sha256: string }[];
  /** How ambiguous answers of a sweep are graded. Absent where nobody said. */
  readonly ambiguous?: AmbiguousRule;
}

/** The content of a run folder. */
export interface Run {
  readonly directory: string;
  readonly info: RunInfo;
  readonly table: OutcomeTable;
  /**
   * Everything that was recorded, where the table has a choice of its models or other weights.
   * @default the table
   */
  readonly recorded?: OutcomeTable | undefined;
  /** The runs whose prompts it has, each with its own ledger; see `mergeRuns`. @default itself alone */
  readonly merged?: readonly Run[] | undefined;
  /** Number of cells that are not in the table, by reason. */
  readonly leftOut: ReadonlyMap<string, number>;
  /** Those of them that nothing has graded, most frequent reason first. @default none */
  readonly ungraded?: readonly UngradedAnswers[];
  /** What reading a file of outcomes in place of a folder found; an import has printed it. @default none */
  readonly notes?: readonly string[];
}

/** The files of a run folder. An imported run has outcomes; a sweep has examples and a ledger. */
export const runFiles = {
  info: 'run.json',
  outcomes: 'outcomes.jsonl',
  tasks: 'tasks.jsonl',
  ledger: 'ledger.jsonl',
  /** Present only while a sweep is running, or after it was killed. */
  calls: 'calls.jsonl',
  /** Batches at providers; present only while there are any. */
  batches: 'batches.jsonl',
  /** The run in a queue whose workers make the calls; present until it is collected. */
  queue: 'queue.json',
  /** The prompts that adaptive sweeps hold out; present only where one has begun. */
  heldOut: 'held-out.json',
} as const;

const priceSchema = z.object({
  inputPerMillionUsd: z.number().nonnegative(),
  outputPerMillionUsd: z.number().nonnegative(),
  cachedInputPerMillionUsd: z.number().nonnegative().exactOptional(),
  cacheWritePerMillionUsd: z.number().nonnegative().exactOptional(),
  date: z.string(),
});

const capabilitiesSchema = z.object(
  Object.fromEntries(capabilityNames.map((name) => [name, z.boolean()])) as Record<
    keyof Capabilities,
    z.ZodBoolean
  >,
);

const modelInfoSchema = z.object({
  id: z.string().min(1),
  price: priceSchema.exactOptional(),
  contextWindow: z.number().positive().exactOptional(),
  capabilities: capabilitiesSchema.exactOptional(),
  effort: z.object({ of: z.string().min(1), level: z.string().min(1) }).exactOptional(),
});

const runInfoSchema = z.object({
  version: z.literal(1),
  kind: z.enum(['sweep', 'import']),
  name: z.string(),
  createdAt: z.string(),
  simulated: z.boolean(),
  models: z.array(modelInfoSchema),
  costBasis: z.enum(costBases),
  sources: z.array(z.object({ file: z.string(), sha256: z.string() })),
  ambiguous: z.enum(ambiguousRules).exactOptional(),
});

/** What is wrong with a description of a model; undefined where nothing is. */
export function findModelInfoProblem(model: unknown): string | undefined {
  // As a file would hold it, without members that are undefined.
  const { error } = modelInfoSchema.safeParse(JSON.parse(JSON.stringify(model)));
  return error && describeIssues(error.issues.slice(0, 5), Object.keys(modelInfoSchema.shape));
}

/** The text of a `run.json`. */
export function encodeRunInfo(info: RunInfo): string {
  return `${JSON.stringify(info, null, 2)}\n`;
}

/**
 * Reads a `run.json`.
 *
 * @throws RoutesmithError `invalid_input` if the file is missing or damaged, or its version is not 1
 */
export async function readRunInfo(file: string): Promise<RunInfo> {
  const text = await readTextFile(file);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw invalid(file, 'the file is not JSON', 'Restore it, or create the run again.', cause);
  }
  const version = isJsonObject(value) ? value['version'] : undefined;
  if (version !== 1) {
    const shown = String(JSON.stringify(version)).slice(0, 40);
    throw invalid(
      file,
      `the run has format version ${shown}, but only version 1 is supported`,
      'Use the version of Routesmith that wrote it, or create the run again.',
    );
  }
  const checked = runInfoSchema.safeParse(value);
  if (checked.success) return checked.data;
  const issues = describeIssues(checked.error.issues.slice(0, 5), Object.keys(runInfoSchema.shape));
  throw invalid(file, issues, 'Restore the file, or create the run again.');
}

function invalid(file: string, what: string, fix: string, cause?: unknown): RoutesmithError {
  return new RoutesmithError('invalid_input', what, { where: file, fix, cause });
}
