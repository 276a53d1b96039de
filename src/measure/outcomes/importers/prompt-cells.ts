import { formatCount } from '../../../util/format-number.js';
import { isJsonObject, listObjects, type JsonObject, type JsonValue } from '../../../util/json.js';
import { success, type Result } from '../../../util/result.js';
import { isMissingText } from '../../tables/blank-cell.js';
import { quoteColumn } from '../../tables/column-map.js';
import { normalizeColumnName } from '../../tables/column-names.js';
import type { Table } from '../../tables/table.js';
import { isRole } from '../../setup/exported-messages.js';
import { parseCell } from '../../setup/parse-cell.js';
import { readCellRequest } from '../../setup/read-request.js';

const promptMembers = ['prompt', 'question'] as const;

/** Members around the text of a prompt, as in LangSmith's `inputs`. */
const wrappers: ReadonlySet<string> = new Set(['input', 'question', 'prompt', 'query', 'text']);

/**
 * Reads the prompts of rows that are messages or whole requests, as JSON, or as Python writes them. A policy
 * decides on messages, and would be trained on other texts if these were read as they are written.
 */
export class PromptCells {
  #requests = 0;
  #wrapped = 0;
  readonly #unused = new Set<string>();

  /**
   * The members of a row, with messages in place of a prompt that holds some.
   *
   * @param row outside of JSON, its prompt may be what programs write for a missing one
   */
  read(
    row: JsonObject,
    { column, kind }: { readonly column: string | undefined; readonly kind: Table['kind'] },
  ): Result<JsonObject> {
    const members = kind === 'json' ? row : leaveOutMissing(row);
    const name = promptMembers.find((member) => (members[member] ?? null) !== null);
    const cell = name === undefined ? undefined : members[name];
    if (name === undefined || cell === undefined || !mayHoldRequest(cell)) return success(members);
    if ((members['messages'] ?? null) !== null) return success(members);
    const read = readCellRequest(cell);
    if (!read.ok) return read;
    const { messages, tools } = read.value.request;
    if (messages === undefined) {
      // A text that is an object may be what was asked; LangSmith's inputs are objects.
      const isObject = typeof cell !== 'string' || normalizeColumnName(column ?? '') === 'inputs';
      const text = isObject
        ? unwrapText(typeof cell === 'string' ? parseCell(cell) : cell)
        : undefined;
      if (text === undefined) return success(members);
      this.#wrapped++;
      return success({ ...members, [name]: text });
    }
    // A transcript of an agent and a customer, as a text, is what was asked.
    if (typeof cell === 'string' && !listObjects(messages).some(hasKnownRole)) {
      return success(members);
    }
    this.#requests++;
    for (const member of read.value.unused) this.#unused.add(member);
    const others = Object.entries(members).filter(([member]) => member !== name);
    const given = members['tools'] ?? members['function'] ?? null;
    return success({
      ...Object.fromEntries(others),
      messages,
      ...(given === null && tools !== undefined && { tools }),
    });
  }

  /** Sentences about what was read. */
  describe(): readonly string[] {
    const unused = [...this.#unused].slice(0, 20).map(quoteColumn).join(', ');
    return [
      ...(this.#requests === 0
        ? []
        : [
            `the prompts of ${formatCount(this.#requests, 'row')} are messages or requests, and are read as messages` +
              (unused === '' ? '' : `; not read of them: ${unused}`),
          ]),
      ...(this.#wrapped === 0
        ? []
        : [
            `the prompts of ${formatCount(this.#wrapped, 'row')} are objects around a text, which is read`,
          ]),
    ];
  }
}

function hasKnownRole(message: JsonObject): boolean {
  return isRole(String(message['role'] ?? message['from']).toLowerCase());
}

function mayHoldRequest(cell: JsonValue): boolean {
  return typeof cell === 'string' ? /^\s*[[({]/.test(cell) : typeof cell === 'object';
}

/** The text of an object such as `{"question": "..."}`, which is no prompt as it is. */
function unwrapText(value: JsonValue | undefined): string | undefined {
  const [entry, ...others] = isJsonObject(value) ? Object.entries(value) : [];
  if (entry === undefined || others.length > 0 || !wrappers.has(entry[0])) return undefined;
  return typeof entry[1] === 'string' ? entry[1] : undefined;
}

/** The members that hold a prompt. */
const requestMembers: readonly string[] = [...promptMembers, 'messages'];

/** A row without the prompts that are only what programs write for a missing one. */
function leaveOutMissing(row: JsonObject): JsonObject {
  const missing = requestMembers.filter((member) => isMissingText(row[member]));
  if (missing.length === 0) return row;
  return Object.fromEntries(Object.entries(row).filter(([member]) => !missing.includes(member)));
}
