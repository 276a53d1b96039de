import { join } from 'node:path';
import {
  describeAddedModel,
  noteAddedModel,
  readAddedRecord,
  writeAddedRecord,
  type AddedModel,
  type AddedRecord,
} from '../../learn/adaptive/added/added-record.js';
import { listMeasuredRows } from '../../learn/adaptive/added/complete-models.js';
import { AddedSource, type AddedSettings } from '../../learn/adaptive/added/added-source.js';
import { readAddedSpending } from '../../learn/adaptive/added/added-spending.js';
import { noteAddition } from '../../learn/adaptive/bind-split.js';
import { readPool } from '../../measure/models/read-pool.js';
import { readHeldOut, writeHeldOut } from '../../measure/outcomes/held-out.js';
import { readRun } from '../../measure/outcomes/run-folder.js';
import { readRunExamples } from '../../measure/outcomes/read-run-examples.js';
import { runFiles } from '../../measure/outcomes/run.js';
import { keepModels } from '../../measure/outcomes/select-models.js';
import type { CreateCellSource } from '../../measure/sweep/cell-source.js';
import { readJudge, type JudgeChoice } from '../../measure/sweep/grading-tools.js';
import type { SweepSettings } from '../../measure/sweep/run-sweep.js';
import type { SweepSummary } from '../../measure/sweep/sweep-summary.js';
import { computeTaskSetFingerprint } from '../../measure/tasks/example.js';
import { RoutesmithError } from '../../util/errors.js';
import type { AddModelSettings } from '../options/add-model-options.js';
import { checkGraded } from '../options/run-options.js';
import { estimateAddition, type AdditionEstimate } from './estimate-addition.js';
import { noteStop, runWithSource } from './run-with-source.js';

/** A sweep of one model over the prompts of a run. */
export interface AddedSweep {
  readonly settings: SweepSettings;
  readonly added: AddedSettings;
  readonly estimate: AdditionEstimate;
}

/**
 * Plans the addition of a model to a run: its prompts, its outcomes so far, and what it will cost.
 *
 * @throws RoutesmithError for a run that no model can be added to, as one without a grade, or an unknown model
 */
export async function planAddedModel(
  { runDirectory, poolFile, model, share }: AddModelSettings,
  common: Omit<SweepSettings, 'taskSet' | 'pool' | 'runDirectory'>,
  grading: JudgeChoice,
): Promise<AddedSweep> {
  const [run, pool, record, split] = await Promise.all([
    readRun(runDirectory),
    readPool(poolFile),
    readAddedRecord(runDirectory),
    readHeldOut(runDirectory),
  ]);
  if (run.info.kind !== 'sweep') {
    throw new RoutesmithError('usage', 'a model can only be added to a run that was swept', {
      where: runDirectory,
      fix: 'Imported outcomes have no graders: sweep the task set with all models.',
    });
  }
  checkGraded(run, runDirectory);
  const found = pool.models.filter(({ id }) => id === model);
  if (found.length === 0) {
    throw new RoutesmithError('usage', `the pool has no model "${model.slice(0, 80)}"`, {
      where: poolFile,
      fix: `Name one of: ${pool.models.map(({ id }) => id).join(', ')}.`,
    });
  }
  const others = keepModels(run.table, new Set(run.table.models.filter((one) => one !== model)));
  const file = join(runDirectory, runFiles.tasks);
  const all = await readRunExamples(file);
  // Only what the others have answered can be compared.
  const examples = Array.from(listMeasuredRows(others), (row) => others.prompts[row]).flatMap(
    (prompt) => all.get(prompt?.id ?? '') ?? [],
  );
  const settings: SweepSettings = {
    ...common,
    taskSet: {
      name: run.info.name,
      file,
      examples,
      lines: new Map(),
      repeatedLines: [],
      fingerprint: computeTaskSetFingerprint(examples),
    },
    pool: { ...pool, models: found },
    runDirectory,
  };
  const earlierShare = findAdded(record, model)?.share ?? 0;
  const added: AddedSettings = {
    table: others,
    // With a smaller share, answers that an earlier sweep has bought would not count.
    share: Math.max(share, earlierShare),
    // All models that are added have the same held-out prompts.
    seed: split?.seed ?? record?.seed ?? common.seed ?? 0,
    split,
  };
  const judge = await readJudge(grading);
  const of = { model, judge, isShareKept: earlierShare > share };
  return { settings, added, estimate: await estimateAddition(settings, added, of) };
}

function findAdded(record: AddedRecord | undefined, model: string): AddedModel | undefined {
  return record?.models.find((one) => one.model === model);
}

/**
 * Adds a model to a run, and records what was bought of it.
 *
 * @param run runs a sweep whose cells a source decides
 */
export async function sweepAddedModel(
  { settings, added, estimate }: AddedSweep,
  run: (createSource: CreateCellSource) => Promise<SweepSummary>,
): Promise<{ readonly summary: SweepSummary; readonly added: AddedModel }> {
  const { runDirectory } = settings;
  const record = (await readAddedRecord(runDirectory)) ?? {
    version: 1 as const,
    seed: added.seed,
    models: [],
  };
  const { model } = estimate;
  const { seed, split } = added;
  const { summary, source } = await runWithSource(run, async (plan) => {
    const created = new AddedSource(plan, added);
    const { heldOut } = created.buyer;
    // On record before the first call: a sweep that is killed goes on with it.
    await writeHeldOut(runDirectory, noteAddition(plan, split, { model, seed, heldOut }));
    const earlier = findAdded(record, model);
    const begun =
      earlier === undefined
        ? describeAddedModel(created, await readAddedSpending(runDirectory, model))
        : { ...earlier, share: added.share };
    await writeAddedRecord(runDirectory, noteAddedModel(record, begun));
    return created;
  });
  const described = describeAddedModel(source, await readAddedSpending(runDirectory, model));
  await writeAddedRecord(runDirectory, noteAddedModel(record, described));
  return { summary: noteStop(summary, described.ending !== null), added: described };
}
