import type { PoolModel } from '../models/model.js';
import { canonicalJson } from '../../util/canonical-json.js';
import { sha256 } from '../../util/sha256.js';

/** Incremented if the same members may give another answer; old cells are then called again. */
const keyVersion = 1;

/** The part of a pool model that its answers depend on. */
export type CellModel = Pick<PoolModel, 'protocol' | 'baseUrl' | 'model' | 'pin' | 'parameters'>;

/**
 * The key of a cell: SHA-256 of the canonical JSON of everything that affects the answer. The
 * model's id, API key and price, timeouts and concurrency do not.
 */
export function computeCellKey(cell: {
  readonly promptHash: string;
  readonly model: CellModel;
  readonly repeat: number;
}): string {
  return createCellKeyMaker(cell.model)(cell.promptHash, cell.repeat);
}

/**
 * Computes the keys of many cells of one model. Its part of the JSON is formatted only once, because
 * a large plan has a million keys.
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
