import type { PoolModel } from '../pool/model.js';
import { sha256OfJson } from '../util/sha256.js';

/** Raised whenever the same members could mean another answer; old cells are then run again. */
const keyVersion = 1;

/** What a model's answers depend on, and nothing else of the pool. */
export type CellModel = Pick<PoolModel, 'protocol' | 'baseUrl' | 'model' | 'pin' | 'parameters'>;

/**
 * The key of a cell: SHA-256 over the canonical JSON of everything that shapes the answer. The
 * model's id, its key, its price, timeouts and concurrency do not, so they are not in it.
 */
export function computeCellKey(cell: {
  readonly promptHash: string;
  readonly model: CellModel;
  readonly repeat: number;
}): string {
  const { protocol, baseUrl, model, pin, parameters } = cell.model;
  return sha256OfJson({
    keyVersion,
    promptHash: cell.promptHash,
    protocol,
    baseUrl,
    model,
    pin: pin ?? null,
    parameters,
    repeat: cell.repeat,
  });
}
