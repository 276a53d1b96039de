import type { PoolModel } from '../models/model.js';
import type { LedgerEntry } from '../ledger/ledger-entry.js';
import type { LinePlace } from '../ledger/ledger-reader.js';
import type { Ledger } from '../ledger/ledger.js';
import { createCellKeyMaker } from './cell-key.js';

/** A ledger line of a cell outside the plan, under an earlier id of a model of the pool. */
export interface RenamedLine extends LinePlace {
  /** The model's id in the pool. */
  readonly model: string;
}

/**
 * Finds models of the pool that had another id in earlier sweeps: a cell's key tells which model
 * answered, whatever its id was. Cells of the plan are renamed when they are regraded; this finds
 * the others, such as those of prompts that the sweep's task set no longer has.
 */
export class RenamedModels {
  readonly #ids: ReadonlySet<string>;
  readonly #keyMakers: readonly {
    readonly id: string;
    readonly makeKey: ReturnType<typeof createCellKeyMaker>;
  }[];
  /** By cell key. */
  readonly #lines = new Map<string, RenamedLine>();
  readonly #renamed = new Set<string>();
  readonly #remaining = new Set<string>();

  constructor(models: readonly PoolModel[]) {
    this.#ids = new Set(models.map(({ id }) => id));
    this.#keyMakers = models.map((model) => ({
      id: model.id,
      makeKey: createCellKeyMaker(model),
    }));
  }

  /**
   * Notes the next entry of the ledger.
   *
   * @param isPlanned whether the entry's cell is in the plan
   */
  note(entry: LedgerEntry, place: LinePlace, isPlanned: boolean): void {
    const isForeign = !this.#ids.has(entry.model);
    if (isPlanned && !isForeign) return;
    const id = this.#keyMakers.find(
      ({ makeKey }) => makeKey(entry.promptHash, entry.repeat) === entry.cellKey,
    )?.id;
    if (isForeign) (id === undefined ? this.#remaining : this.#renamed).add(entry.model);
    if (id === undefined || isPlanned) return;
    // A failed call never replaces an answer.
    const isKept = entry.outcome === 'infrastructure' && this.#lines.has(entry.cellKey);
    if (id === entry.model) this.#lines.delete(entry.cellKey);
    else if (!isKept) this.#lines.set(entry.cellKey, { ...place, model: id });
  }

  /** Ids that no line needs any more. */
  listFormerIds(): ReadonlySet<string> {
    return new Set([...this.#renamed].filter((id) => !this.#remaining.has(id)));
  }

  listLines(): readonly RenamedLine[] {
    return [...this.#lines.values()];
  }
}

/** Appends a copy of each line with the model's id in the pool. */
export async function appendRenamed(lines: readonly RenamedLine[], ledger: Ledger): Promise<void> {
  for (const { model, ...place } of lines) {
    const entry: LedgerEntry = await ledger.readEntry(place);
    ledger.append({ ...entry, model, regraded: true });
  }
}
