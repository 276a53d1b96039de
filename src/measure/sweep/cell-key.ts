import type { PoolModel } from '../models/model.js';
import { canonicalJson } from '../../util/canonical-json.js';
import { sha256 } from '../../util/sha256.js';

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
  return createCellKeyMaker(cell.model)(cell.promptHash, cell.repeat);
}

/**
 * The same for many cells of one model, whose part of the JSON is written once: a large plan has a
 * million keys.
 */
export function createCellKeyMaker(
  cellModel: CellModel,
): (promptHash: string, repeat: number) => string {
  const { protocol, baseUrl, model, pin, parameters } = cellModel;
  // Canonical JSON sorts members: these come first, then promptHash, protocol and repeat.
  const before = canonicalJson({ baseUrl, keyVersion, model, parameters, pin: pin ?? null });
  const start = `${before.slice(0, -1)},"promptHash":`;
  const end = `,"protocol":${JSON.stringify(protocol)},"repeat":`;
  return (promptHash, repeat) =>
    sha256(`${start}${JSON.stringify(promptHash)}${end}${canonicalJson(repeat)}}`);
}
