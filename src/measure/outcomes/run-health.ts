import { join } from 'node:path';
import type { Price } from '../../llm/price.js';
import {
  findPaidUsd,
  isUnpriced,
  mayHaveCharged,
  type CellOutcome,
  type LedgerEntry,
} from '../ledger/ledger-entry.js';
import { CutOffCalls } from '../ledger/cut-off-calls.js';
import { JudgeCosts } from '../ledger/judge-costs.js';
import { latestEntryPerCell } from '../ledger/latest-entries.js';
import { readLedger } from '../ledger/ledger.js';
import { isCostGuess } from './entry-cost.js';
import { computeGradeVariance } from './grade-noise.js';
import { collectPrices } from './run-prices.js';
import { runFiles, type Run } from './run.js';

/** A model name that a provider reported, and when. */
export interface ServedModel {
  readonly name: string;
  readonly cells: number;
  /** When the first and the last of these cells were started, ISO 8601. */
  readonly first: string;
  readonly last: string;
}

/** How much the grades of repeated calls differ. */
export interface RepeatNoise {
  /** Prompts with at least two graded repeats. */
  readonly prompts: number;
  /** Share of these prompts whose repeats got different grades. */
  readonly differing: number;
  /** Standard deviation of one grade around the mean of its prompt; see `computeGradeVariance`. */
  readonly deviation: number;
}

/** A summary of one model's cells in a ledger. */
export interface ModelHealth {
  readonly model: string;
  readonly cells: number;
  /** Cells by outcome; `ungraded` counts settled cells of any outcome that have no grade. */
  readonly outcomes: Readonly<Record<CellOutcome | 'ungraded', number>>;
  /** Answers in which the grader found several answers and no ground to choose. */
  readonly ambiguous: number;
  /** Those of them that were left without a grade, and are missing from the table. */
  readonly undecided: number;
  /** HTTP attempts that failed before a cell's last attempt. */
  readonly failedAttempts: number;
  readonly spentUsd: number;
  /** Settled cells whose cost is unknown and missing from `spentUsd`. */
  readonly unpriced: number;
  /**
   * Other cells, settled or not, with a call that may have been charged besides what is in `spentUsd`:
   * it timed out or broke off. Those of earlier attempts and sweeps count too.
   */
  readonly possiblyCharged: number;
  /** Upper bound, in USD, of what the calls of these cells and of `unpriced` ones may have cost more. */
  readonly possibleUsd: number;
  /** Those of the calls whose cost nothing limits; they are not in `possibleUsd`. */
  readonly unboundedCalls: number;
  /** Settled cells whose cost is partly an estimate, at the prices of the run. */
  readonly guessed: number;
  /** Settled cells with a charge reported by the provider; the others use the price table. */
  readonly chargedByProvider: number;
  /** More than one if the provider changed the model behind the name. */
  readonly served: readonly ServedModel[];
  /** Null without repeats. */
  readonly noise: RepeatNoise | null;
}

/** A summary of a sweep's ledger: outcomes, failures and costs. */
export interface RunHealth {
  /** When the first and the last cell were started, ISO 8601; null for an empty ledger. */
  readonly firstCall: string | null;
  readonly lastCall: string | null;
  readonly models: readonly ModelHealth[];
  /** What judges cost, which is in no model's costs. */
  readonly judge: {
    readonly spentUsd: number;
    /** Upper bound of what calls without a known charge may have cost more. */
    readonly possibleUsd: number;
    /** Calls without a known charge that nothing bounds. */
    readonly unboundedCalls: number;
  };
}

/** How many cells of a model there are, and how many of these are not certain. */
export type CellCounts = Pick<ModelHealth, 'model' | 'cells' | 'undecided' | 'guessed'>;

/** Counts the cells of a run's models, also in the ledgers of the runs that were merged into it. */
export async function readCellCounts(run: Run): Promise<CellCounts[]> {
  const healths: (RunHealth | undefined)[] = [];
  for (const one of run.merged ?? [run]) healths.push(await readRunHealth(one));
  const found = healths.flatMap((health) => health?.models ?? []);
  return run.table.models.flatMap((model): CellCounts[] => {
    const own = found.filter((one) => one.model === model);
    if (own.length === 0) return [];
    const sum = (name: Exclude<keyof CellCounts, 'model'>): number =>
      own.reduce((total, counts) => total + counts[name], 0);
    return [{ model, cells: sum('cells'), undecided: sum('undecided'), guessed: sum('guessed') }];
  });
}

/**
 * Reads the health of a run.
 *
 * @returns undefined for imported outcomes, which have no ledger
 * @throws RoutesmithError `ledger_corrupt`
 */
export async function readRunHealth(
  run: Pick<Run, 'directory' | 'info'>,
): Promise<RunHealth | undefined> {
  if (run.info.kind !== 'sweep') return undefined;
  const entries = await readLedger(join(run.directory, runFiles.ledger));
  const models = run.info.models.map(({ id }) => id);
  return computeRunHealth(entries, models, collectPrices(run.info));
}

/**
 * Computes the health of a run from the entries of its ledger, in their order.
 *
 * @param prices of the models, by id. @default none: costs are as recorded
 */
export function computeRunHealth(
  entries: readonly LedgerEntry[],
  models: readonly string[],
  prices: ReadonlyMap<string, Price> = new Map(),
): RunHealth {
  const cells = latestEntryPerCell(entries);
  const possible = collectPossibleCharges(entries);
  const started = cells.map(({ startedAt }) => startedAt).sort();
  return {
    firstCall: started[0] ?? null,
    lastCall: started.at(-1) ?? null,
    judge: sumJudgeCosts(entries),
    models: models.map((model) =>
      computeModelHealth(
        model,
        cells.filter((cell) => cell.model === model),
        possible,
        prices.get(model),
      ),
    ),
  };
}

function sumJudgeCosts(entries: readonly LedgerEntry[]): RunHealth['judge'] {
  const numbers = new Map(
    [...new Set(entries.map(({ cellKey }) => cellKey))].map((key, number) => [key, number]),
  );
  const costs = new JudgeCosts(numbers.size);
  for (const entry of entries) costs.accept(entry, numbers.get(entry.cellKey));
  const { usd: spentUsd, possibleUsd, unboundedCalls } = costs;
  return { spentUsd, possibleUsd, unboundedCalls };
}

/** What the calls of a cell may have cost besides what is known. */
interface PossibleCharge {
  usd: number;
  unboundedCalls: number;
}

/** By the key of the cell, over all its lines: a later answer does not say what an earlier call cost. */
function collectPossibleCharges(
  entries: readonly LedgerEntry[],
): ReadonlyMap<string, PossibleCharge> {
  const charges = new Map<string, PossibleCharge>();
  const calls = new CutOffCalls();
  const lines = entries.flatMap((entry) => calls.accept(entry));
  for (const entry of [...lines, ...calls.listOpen()]) {
    if (!mayHaveCharged(entry)) continue;
    const charge = charges.get(entry.cellKey) ?? { usd: 0, unboundedCalls: 0 };
    charge.usd += entry.possibleCostUsd ?? 0;
    charge.unboundedCalls += entry.unboundedCalls ?? 0;
    charges.set(entry.cellKey, charge);
  }
  return charges;
}

function computeModelHealth(
  model: string,
  cells: readonly LedgerEntry[],
  possible: ReadonlyMap<string, PossibleCharge>,
  price: Price | undefined,
): ModelHealth {
  const outcomes = {
    answered: 0,
    ungraded: 0,
    refused: 0,
    truncated: 0,
    malformed: 0,
    context_overflow: 0,
    infrastructure: 0,
  };
  for (const { outcome, grade } of cells) {
    const isUngraded = outcome !== 'infrastructure' && grade.kind === 'ungraded';
    outcomes[isUngraded ? 'ungraded' : outcome] += 1;
  }
  const settled = cells.filter(({ outcome }) => outcome !== 'infrastructure');
  const unpriced = settled.filter(isUnpriced);
  const isCounted = new Set(unpriced.map(({ cellKey }) => cellKey));
  const uncertain = cells.filter(({ cellKey }) => possible.has(cellKey));
  const ambiguous = cells.filter(({ grade }) => grade.ambiguous !== undefined);
  return {
    model,
    cells: cells.length,
    outcomes,
    ambiguous: ambiguous.length,
    undecided: ambiguous.filter(({ grade }) => grade.kind === 'ungraded').length,
    failedAttempts: cells.reduce((sum, { failedAttempts }) => sum + failedAttempts.length, 0),
    spentUsd: cells.reduce((sum, cell) => sum + (findPaidUsd(cell) ?? 0), 0),
    unpriced: unpriced.length,
    possiblyCharged: uncertain.filter(({ cellKey }) => !isCounted.has(cellKey)).length,
    possibleUsd: sumCharges(uncertain, possible, 'usd'),
    unboundedCalls: sumCharges(uncertain, possible, 'unboundedCalls'),
    guessed: settled.filter((cell) => isCostGuess(cell, price)).length,
    chargedByProvider: settled.filter(({ costSource }) => costSource === 'provider').length,
    served: listServedModels(settled),
    noise: computeNoise(settled),
  };
}

function sumCharges(
  cells: readonly LedgerEntry[],
  possible: ReadonlyMap<string, PossibleCharge>,
  name: keyof PossibleCharge,
): number {
  return cells.reduce((sum, { cellKey }) => sum + (possible.get(cellKey)?.[name] ?? 0), 0);
}

function listServedModels(cells: readonly LedgerEntry[]): ServedModel[] {
  const served = new Map<string, string[]>();
  for (const { servedModel, startedAt } of cells) {
    if (servedModel === null) continue;
    const known = served.get(servedModel);
    if (known === undefined) served.set(servedModel, [startedAt]);
    else known.push(startedAt);
  }
  return Array.from(served, ([name, times]) => {
    const sorted = times.sort();
    return { name, cells: times.length, first: sorted[0] ?? '', last: sorted.at(-1) ?? '' };
  }).sort((a, b) => (a.first < b.first ? -1 : 1));
}

function computeNoise(cells: readonly LedgerEntry[]): RepeatNoise | null {
  const grades = new Map<string, number[]>();
  for (const { taskId, grade } of cells) {
    if (grade.kind === 'ungraded') continue;
    const known = grades.get(taskId);
    if (known === undefined) grades.set(taskId, [grade.quality]);
    else known.push(grade.quality);
  }
  const repeated = [...grades.values()].filter(({ length }) => length > 1);
  if (repeated.length === 0) return null;
  return {
    prompts: repeated.length,
    differing: repeated.filter((own) => own.some((one) => one !== own[0])).length / repeated.length,
    deviation: Math.sqrt(computeGradeVariance(repeated)),
  };
}
