import { existsSync, statSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { AmbiguousRule, GradingTools } from '../graders/grade.js';
import { checkHasLedger } from '../ledger/ledger.js';
import type { Pool } from '../models/model.js';
import {
  encodeRunInfo,
  readRunInfo,
  runFiles,
  type ModelInfo,
  type RunInfo,
} from '../outcomes/run.js';
import type { Example, TaskSet } from '../tasks/example.js';
import { canonicalJson } from '../../util/canonical-json.js';
import { RoutesmithError } from '../../util/errors.js';
import { isJsonObject, type JsonObject } from '../../util/json.js';
import { readTextFile } from '../../util/read-text-file.js';
import { privateMode, replaceFile } from '../../util/replace-file.js';
import { checkIsNoInput } from '../../util/write-output-file.js';
import { sha256, sha256OfJson } from '../../util/sha256.js';

/**
 * Checks that a folder can be used for a sweep: it is new, empty, or has an earlier sweep.
 *
 * @param taskFile the task set, which the run must not write into
 * @throws RoutesmithError `invalid_input` if it has imported outcomes, a damaged `run.json` or one
 * without a ledger, `usage` if it is a file, or holds the task set
 */
export async function checkRunDirectory(
  runDirectory: string,
  taskFile: string | undefined,
): Promise<void> {
  if (statSync(runDirectory, { throwIfNoEntry: false })?.isDirectory() === false) {
    throw new RoutesmithError('usage', 'this is a file, and a run needs a folder', {
      where: runDirectory,
      fix: 'Name a folder, such as runs/first.',
    });
  }
  const earlier = await readEarlierInfo(path.join(runDirectory, runFiles.info));
  // Without it, a sweep would make all calls again.
  if (earlier !== undefined) checkHasLedger(path.join(runDirectory, runFiles.ledger));
  if (earlier !== undefined || taskFile === undefined) return;
  // A run writes its examples into a file of that name.
  const fix = 'Choose another folder for the run, such as runs/first.';
  await checkIsNoInput(path.join(runDirectory, runFiles.tasks), [taskFile], fix);
}

/**
 * Checks that no workers call the cells of a folder.
 *
 * @throws RoutesmithError `usage` if its run in a queue has not been collected
 */
export function checkNoQueue(runDirectory: string): void {
  const file = path.join(runDirectory, runFiles.queue);
  if (!existsSync(file)) return;
  throw new RoutesmithError('usage', "this folder's run is in a queue, and was not collected", {
    where: file,
    fix:
      'Give --queue again, also after routesmith queue cancel: it collects what was paid for. ' +
      'If the database is lost, delete the file.',
  });
}

/**
 * Writes `run.json` and `tasks.jsonl`. In the folder of an earlier sweep, adds models, sources, and
 * new or changed examples. A model with the same id is replaced; if several lines have the same
 * example id, the last one counts.
 *
 * @param input.formerIds earlier ids of models of the pool, which are removed
 * @throws RoutesmithError `invalid_input` if the folder contains something else
 */
export async function writeRunDirectory(
  runDirectory: string,
  input: {
    readonly taskSet: TaskSet;
    readonly pool: Pool;
    readonly formerIds: ReadonlySet<string>;
    readonly now: Date;
    /** Replaces the run's earlier one. @default the earlier one */
    readonly ambiguous: AmbiguousRule | undefined;
  },
): Promise<void> {
  await mkdir(runDirectory, { recursive: true });
  const infoFile = path.join(runDirectory, runFiles.info);
  const earlier = await readEarlierInfo(infoFile);
  const models = new Map(earlier?.models.map((model) => [model.id, model]));
  for (const id of input.formerIds) models.delete(id);
  for (const model of input.pool.models) models.set(model.id, describeModel(model));
  const ambiguous = input.ambiguous ?? earlier?.ambiguous;
  const sources = [
    ...(earlier?.sources ?? []),
    await describeSource(input.taskSet.file, input.taskSet.examples),
    await describeSource(input.pool.file, input.pool.models),
  ];
  const info: RunInfo = {
    version: 1,
    kind: 'sweep',
    name: path.basename(path.resolve(runDirectory)),
    createdAt: earlier?.createdAt ?? input.now.toISOString(),
    simulated: (earlier?.simulated ?? false) || input.pool.models.some((model) => model.simulated),
    models: [...models.values()],
    costBasis: 'recorded',
    sources: [...new Map(sources.map((source) => [sha256OfJson(source), source])).values()],
    ...(ambiguous !== undefined && { ambiguous }),
  };
  await writeExamples(path.join(runDirectory, runFiles.tasks), input.taskSet.examples);
  await replaceFile(infoFile, encodeRunInfo(info));
}

/**
 * How a folder's ambiguous answers are graded: as is asked for now, else as before. Otherwise one
 * table would follow two rules, the later one for the later answers.
 */
export async function keepAmbiguousRule(
  runDirectory: string,
  tools: GradingTools,
): Promise<GradingTools> {
  if (tools.ambiguous !== undefined) return tools;
  const earlier = await readEarlierInfo(path.join(runDirectory, runFiles.info));
  return earlier?.ambiguous === undefined ? tools : { ...tools, ambiguous: earlier.ambiguous };
}

/** Ids of models that had another price in a folder's earlier sweep, by anything but its date. */
export async function listRepriced(
  runDirectory: string,
  models: Pool['models'],
): Promise<readonly string[]> {
  const earlier = await readEarlierInfo(path.join(runDirectory, runFiles.info));
  const priceOf = new Map(earlier?.models.map(({ id, price }) => [id, price]));
  return models
    .filter(({ id, price: { date, ...price } }) => {
      const before = priceOf.get(id);
      return (
        before !== undefined &&
        canonicalJson({ ...before, date }) !== canonicalJson({ ...price, date })
      );
    })
    .map(({ id }) => id);
}

/** Adds new and changed examples to a run's `tasks.jsonl`. */
export async function writeExamples(file: string, examples: readonly Example[]): Promise<void> {
  const text = existsSync(file) ? await readTextFile(file) : '';
  const lines = text.split('\n').filter((line) => line !== '');
  const lastOf = new Map<string, string>();
  for (const [index, line] of lines.entries()) {
    lastOf.set(String(parseObject(line, `${file}:${index + 1}`)['id']), line);
  }
  const added = examples
    .map((example) => ({ id: example.id, line: JSON.stringify(example) }))
    .filter(({ id, line }) => !isSameJson(lastOf.get(id), line));
  if (added.length === 0) return;
  const all = [...lines, ...added.map(({ line }) => line)];
  await replaceFile(file, `${all.join('\n')}\n`, { mode: privateMode });
}

/** Compares lines regardless of the order of members. */
function isSameJson(one: string | undefined, other: string): boolean {
  if (one === undefined || one === other) return one === other;
  return canonicalJson(JSON.parse(one)) === canonicalJson(JSON.parse(other));
}

async function readEarlierInfo(file: string): Promise<RunInfo | undefined> {
  if (!existsSync(file)) return undefined;
  const info = await readRunInfo(file);
  if (info.kind === 'sweep') return info;
  throw new RoutesmithError('invalid_input', 'this folder contains imported outcomes', {
    where: file,
    fix: 'Choose another folder for the sweep.',
  });
}

function describeModel(model: Pool['models'][number]): ModelInfo {
  const { id, price, contextWindow, capabilities, effort } = model;
  return {
    id,
    price,
    ...(contextWindow === undefined ? {} : { contextWindow }),
    ...(capabilities === undefined ? {} : { capabilities }),
    ...(effort === undefined ? {} : { effort }),
  };
}

/** The digest of a file's bytes, or of the content if there is no such file. */
async function describeSource(
  file: string,
  content: unknown,
): Promise<{ readonly file: string; readonly sha256: string }> {
  try {
    return { file, sha256: sha256(await readFile(file)) };
  } catch {
    return { file, sha256: sha256OfJson(content) };
  }
}

function parseObject(text: string, where: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text);
    if (isJsonObject(value)) return value;
  } catch {
    // Reported below, without the parser's message.
  }
  throw new RoutesmithError('invalid_input', 'this is not a JSON object', {
    where,
    fix: 'Restore the file from a copy, or choose another folder for the sweep.',
  });
}
