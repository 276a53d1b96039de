import { copyFile, mkdir, open, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Price } from '../models/model.js';
import { RoutesmithError } from '../../util/errors.js';
import { createDraft, describeWriteError, privateMode } from '../../util/replace-file.js';
import type { TokenUsage } from '../../llm/usage.js';
import { isRefusedForFree, type LedgerEntry } from '../ledger/ledger-entry.js';
import { createLedgerCells } from '../ledger/latest-entries.js';
import { formatLedgerLine, scanLedger } from '../ledger/ledger.js';
import { areAnswersPriced, computeListCharge, readEntryUsage } from './entry-cost.js';
import { readHeldOut, writeHeldOut } from './held-out.js';
import { collectPrices } from './run-prices.js';
import { encodeRunInfo, readRunInfo, runFiles } from './run.js';

/** The cost of one model's settled cells with other prices. */
export interface PricedModel {
  readonly model: string;
  /**
   * Settled cells whose recorded cost and new cost are both known; without a new price, those whose
   * recorded cost is. What the provider refused for free is among them, unless the costs of too many
   * answers are unknown.
   */
  readonly cells: number;
  readonly recordedUsd: number;
  /** Null for a model that has no new price. */
  readonly pricedUsd: number | null;
  /** Those of these cells whose new cost is partly an estimate. */
  readonly guessed: number;
  /** `pricedUsd / recordedUsd - 1`; null if the recorded cost is 0, and without a new price. */
  readonly changedShare: number | null;
}

/** What a sweep would have cost at other prices. */
export interface PricedSweep {
  readonly models: readonly PricedModel[];
  /** Cells without readable usage, which keep their cost. */
  readonly withoutTokens: number;
  /** Cells with a new price whose recorded cost is a charge reported by the provider. */
  readonly reported: number;
  /** Models of the run that have no new price. */
  readonly unpricedModels: readonly string[];
}

/**
 * Computes the costs of a sweep again from the tokens in its ledger, without calling any model. The
 * run is not changed. With `copyTo`, writes a copy with the new costs and prices that can be trained
 * on like any sweep. The copy includes superseded cells, so that it resumes as the original does.
 *
 * @param settings.prices by model id; by default the run's own
 * @throws RoutesmithError `invalid_input` if the folder is not a sweep, `ledger_corrupt`, `usage` if
 * the copy's folder is not empty
 */
export async function priceSweep(
  runDirectory: string,
  settings: {
    readonly prices?: ReadonlyMap<string, Price> | undefined;
    readonly copyTo?: string | undefined;
  } = {},
): Promise<PricedSweep> {
  const info = await readRunInfo(path.join(runDirectory, runFiles.info));
  if (info.kind !== 'sweep') {
    throw new RoutesmithError('invalid_input', 'this run was imported, not swept', {
      where: runDirectory,
      fix: 'Import them again with --prices.',
    });
  }
  const { copyTo } = settings;
  const prices = settings.prices ?? collectPrices(info);
  const ledgerFile = path.join(runDirectory, runFiles.ledger);
  const sums = new PriceSums(
    info.models.map(({ id }) => id),
    prices,
  );

  // Two passes (find the current lines, then price them), so that memory does not limit the ledger.
  const cells = createLedgerCells();
  const startOf: number[] = [];
  await scanLedger(ledgerFile, (entry, { start }) => {
    const cell = cells.accept(entry);
    if (cell !== undefined) startOf[cell] = start;
  });
  const cellAt = new Map(startOf.map((start, cell) => [start, cell]));
  const copy = copyTo === undefined ? undefined : await startCopy(copyTo);
  await scanLedger(ledgerFile, (entry, { start }) => {
    const cell = cellAt.get(start);
    if (cell === undefined) return;
    const tokens = readEntryUsage(entry);
    const { costUsd, isGuess } = computeListCharge(tokens, prices.get(entry.model));
    const isKept = costUsd === null || isRefusedForFree(entry);
    copy?.add(isKept ? entry : reprice(entry, { ...tokens, isGuess }, costUsd));
    if (entry.outcome === 'infrastructure' || !cells.isShown(cell)) return;
    sums.add(entry, { usage: tokens.usage, costUsd, isGuess });
  });
  await copy?.finish(runDirectory, {
    ...info,
    name: path.basename(path.resolve(copyTo ?? runDirectory)),
    models: info.models.map((model) => {
      const price = prices.get(model.id);
      return price === undefined ? model : { ...model, price };
    }),
  });
  return {
    models: sums.list(),
    withoutTokens: sums.withoutTokens,
    reported: sums.reported,
    unpricedModels: info.models.map(({ id }) => id).filter((id) => !prices.has(id)),
  };
}

/** Sums over a model's settled cells; `free` are those that the provider refused for free. */
const noSums = { cells: 0, recordedUsd: 0, pricedUsd: 0, guessed: 0, answers: 0, free: 0 };

/** The recorded and the new costs of each model. */
class PriceSums {
  readonly #sums: ReadonlyMap<string, typeof noSums>;
  /** Counts as in `PricedSweep`. */
  withoutTokens = 0;
  reported = 0;

  readonly #prices: ReadonlyMap<string, Price>;

  constructor(models: readonly string[], prices: ReadonlyMap<string, Price>) {
    this.#prices = prices;
    this.#sums = new Map(models.map((model) => [model, { ...noSums }]));
  }

  add(
    entry: LedgerEntry,
    priced: Pick<TokenUsage, 'usage' | 'isGuess'> & { readonly costUsd: number | null },
  ): void {
    const sum = this.#sums.get(entry.model);
    if (isRefusedForFree(entry)) {
      if (sum !== undefined) sum.free += 1;
      return;
    }
    if (priced.usage === null) this.withoutTokens += 1;
    const isPriced = this.#prices.has(entry.model);
    if (isPriced && entry.costSource === 'provider') this.reported += 1;
    if (sum === undefined) return;
    sum.answers += 1;
    if (entry.costUsd === null || (isPriced && priced.costUsd === null)) return;
    sum.cells += 1;
    sum.recordedUsd += entry.costUsd;
    sum.pricedUsd += priced.costUsd ?? 0;
    if (isPriced && priced.isGuess) sum.guessed += 1;
  }

  list(): PricedModel[] {
    return [...this.#sums].map(([model, { free, answers, ...sum }]) => {
      const pricedUsd = this.#prices.has(model) ? sum.pricedUsd : null;
      const isComparable = pricedUsd !== null && sum.recordedUsd !== 0;
      return {
        model,
        ...sum,
        pricedUsd,
        cells: sum.cells + (areAnswersPriced(sum.cells, answers) ? free : 0),
        changedShare: isComparable ? pricedUsd / sum.recordedUsd - 1 : null,
      };
    });
  }
}

function reprice(
  entry: LedgerEntry,
  { usage, isGuess }: Pick<TokenUsage, 'usage' | 'isGuess'>,
  costUsd: number,
): LedgerEntry {
  const hasMember = isGuess || entry.costIsGuess !== undefined;
  const guess = hasMember ? { costIsGuess: isGuess } : {};
  const { paidUsd: _, ...rest } = entry;
  const paid = scalePaid(entry, costUsd);
  return { ...rest, usage, costUsd, costSource: 'price_table', ...paid, ...guess };
}

/** A batch is paid at the same share of the new cost. */
function scalePaid(entry: LedgerEntry, costUsd: number): Pick<LedgerEntry, 'paidUsd'> {
  if (entry.paidUsd === undefined || entry.costUsd === null || entry.costUsd === 0) return {};
  return { paidUsd: (entry.paidUsd / entry.costUsd) * costUsd };
}

interface SweepCopy {
  add(entry: LedgerEntry): void;
  finish(from: string, info: Parameters<typeof encodeRunInfo>[0]): Promise<void>;
}

/** Writes the ledger to a temporary file and `run.json` last: an incomplete copy is not a run. */
async function startCopy(directory: string): Promise<SweepCopy> {
  await mkdir(directory, { recursive: true });
  if ((await readdir(directory)).length > 0) {
    throw new RoutesmithError('usage', 'the folder is not empty', {
      where: directory,
      fix: 'Choose another folder for the copy.',
    });
  }
  const ledgerFile = path.join(directory, runFiles.ledger);
  const draft = createDraft(ledgerFile);
  const handle = await open(draft.path, 'wx', privateMode);
  const stream = handle.createWriteStream();
  let failure: unknown;
  stream.on('error', (error) => (failure ??= error));
  return {
    add(entry) {
      // The copy has no earlier line of the call, so that this one is what was paid for it.
      const { regraded, ...line } = entry;
      stream.write(formatLedgerLine(regraded === true ? line : entry));
    },
    async finish(from, info) {
      await new Promise<void>((resolve) => {
        if (failure === undefined) stream.once('close', resolve).end();
        else resolve();
      });
      if (failure !== undefined) {
        await draft.discard();
        throw describeWriteError(failure, ledgerFile);
      }
      await draft.commit();
      await copyFile(path.join(from, runFiles.tasks), path.join(directory, runFiles.tasks));
      const heldOut = await readHeldOut(from);
      if (heldOut !== undefined) await writeHeldOut(directory, heldOut);
      await writeFile(path.join(directory, runFiles.info), encodeRunInfo(info));
    },
  };
}
