import type { JsonValue } from '../../util/json.js';

/** Whether a cell holds nothing, or what stands for nothing where pandas or a spreadsheet wrote it. */
export function isBlankCell(cell: JsonValue | undefined): boolean {
  if (cell === undefined || cell === null) return true;
  if (Array.isArray(cell)) return cell.length === 0;
  return typeof cell === 'string' && /^(?:nan|NaN|#N\/A|<NA>)?$/.test(cell.trim());
}
