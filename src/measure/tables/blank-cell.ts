import type { JsonValue } from '../../util/json.js';

/** Whether a cell holds nothing, or what stands for nothing where pandas or a spreadsheet wrote it. */
export function isBlankCell(cell: JsonValue | undefined): boolean {
  if (cell === undefined || cell === null) return true;
  if (Array.isArray(cell)) return cell.length === 0;
  return (
    typeof cell === 'string' && /^(?:nan|NaN|#N\/A(?: N\/A)?|#NV|#N\/D|<NA>)?$/.test(cell.trim())
  );
}

/**
 * Whether a text of a CSV file is only what programs write for a missing one, as pandas does for a float
 * NaN or a None among texts. A prompt that really is such a word cannot be told from it.
 */
export function isMissingText(cell: JsonValue | undefined): boolean {
  return (
    typeof cell === 'string' && (isBlankCell(cell) || /^(?:None|null|NULL)$/.test(cell.trim()))
  );
}

/** Whether a cell holds an error of a spreadsheet, such as `#REF!`, in place of what was in it. */
export function isSpreadsheetError(cell: JsonValue | undefined): boolean {
  return (
    typeof cell === 'string' &&
    /^#(?:NAME\?|(?:REF|VALUE|DIV\/0|NUM|NULL|SPILL|CALC|WERT|BEZUG|ZAHL|ÜBERLAUF|VALEUR|NOM|NOMBRE|VALOR|REFERENZ)[!?])$/.test(
      cell.trim(),
    )
  );
}
