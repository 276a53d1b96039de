import { isJsonObject } from '../../../util/json.js';
import { parseJsonLines } from '../../../util/parse-json-lines.js';
import { parsePythonJson } from '../../../util/parse-json.js';
import { readFileBytes } from '../../../util/read-text-file.js';
import { decodeTableText, readTable } from '../../tables/read-table.js';

/** What is known of a file before it is imported. */
export interface FileHead {
  readonly file: string;
  /** `archive`: a zip archive. `object`: one JSON object. `rows`: everything else. */
  readonly kind: 'archive' | 'object' | 'rows';
  /** The columns, or the members of the object. */
  readonly columns: ReadonlySet<string>;
}

/**
 * Reads what the format of a file can be told by.
 *
 * @throws RoutesmithError as `readTable` does
 */
export async function readFileHead(file: string): Promise<FileHead> {
  if (/\.eval$/i.test(file)) return { file, kind: 'archive', columns: new Set() };
  if (/\.json(\.gz)?$/i.test(file)) {
    const members = parseObject(decodeTableText(file, await readFileBytes(file)).text);
    if (members !== undefined) return { file, kind: 'object', columns: new Set(members) };
  }
  return { file, kind: 'rows', columns: new Set((await readTable(file)).columns) };
}

function parseObject(text: string): readonly string[] | undefined {
  try {
    const value = parsePythonJson(text);
    return isJsonObject(value) ? Object.keys(value) : undefined;
  } catch {
    const [first] = parseJsonLines(text);
    return first?.ok === false ? [] : undefined;
  }
}
