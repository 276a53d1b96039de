import { closeSync, openSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { isJsonObject } from '../../util/json.js';
import { describeWriteError, privateMode, replaceFileSync } from '../../util/replace-file.js';
import { parseJsonLines } from '../../util/parse-json-lines.js';
import { writeFully } from '../../util/write-fully.js';

/** The judge of an answer, and the id of the grade that it is asked for. */
export interface JudgingCall {
  readonly id: string;
  readonly model: string;
  readonly promptVersion: number;
}

/** A call that has been sent or is about to be sent. */
export interface BegunCall {
  readonly cellKey: string;
  readonly taskId: string;
  readonly promptHash: string;
  readonly model: string;
  readonly repeat: number;
  readonly simulated: boolean;
  /** ISO 8601. */
  readonly startedAt: string;
  /** Upper bound of the cell's cost, including earlier attempts; null without a limit. */
  readonly possibleCostUsd: number | null;
  /** Earlier calls of it that may have been charged and whose cost nothing limits. @default 0 */
  readonly unboundedCalls?: number;
  /** True if the call has failed and the cell waits for another one: the cost is that of its attempts. */
  readonly hasEnded?: boolean;
  /** Present if it is a call of the judge about the cell's answer: then the cost is that of the grade. */
  readonly judging?: JudgingCall;
}

/**
 * Records each call before it is sent, so that after a crash the sweep knows which answers may have
 * been charged and lost. The ledger records how a call ended. The last line of a cell counts, and that
 * of a grade.
 */
export interface CallJournal {
  /** Records a call. It is in the file when this returns. @throws RoutesmithError on a full disk */
  begin(call: BegunCall): void;
  /** Forgets a call that has ended in the ledger, by the key of its cell or the id of its grade. */
  end(key: string): void;
  /** Removes the file: no call is in flight. */
  close(): void;
}

/** The file is rewritten when it exceeds this size. */
const maxBytes = 4 * 1024 * 1024;

/**
 * Opens an empty journal. The ledger's lock also protects the journal.
 *
 * @param ledgerBytes the ledger's current length: entries after it end calls of the journal
 */
export function openCallJournal(file: string, ledgerBytes: () => number): CallJournal {
  const open = new Map<string, string>();
  let writtenBytes = 0;
  let lead = '';
  let descriptor = rewrite();

  function rewrite(): number {
    const head = JSON.stringify({ version: 1, ledgerBytes: ledgerBytes() });
    const text = `${[head, ...open.values()].join('\n')}\n`;
    replaceFileSync(file, text, { mode: privateMode });
    writtenBytes = Buffer.byteLength(text);
    return openSync(file, 'a');
  }

  return {
    begin(call) {
      const line = JSON.stringify(call);
      open.set(readKey(call), line);
      if (writtenBytes > maxBytes) {
        closeSync(descriptor);
        descriptor = rewrite();
        return;
      }
      try {
        writtenBytes += writeFully(descriptor, `${lead}${line}\n`);
        lead = '';
      } catch (error) {
        // The call is not sent. What was written of its line must not swallow the next one.
        open.delete(readKey(call));
        lead = '\n';
        throw describeWriteError(error, file);
      }
    },
    end(key) {
      open.delete(key);
    },
    close() {
      closeSync(descriptor);
      rmSync(file, { force: true });
    },
  };
}

function readKey({ judging, cellKey }: BegunCall): string {
  return judging?.id ?? cellKey;
}

/** The content of a journal that remained after a crash. */
export interface LeftJournal {
  /** Ledger entries from this byte offset on end calls of this journal. */
  readonly ledgerBytes: number;
  /** The last line of each cell, and of each grade by a judge whose calls may have been charged. */
  readonly calls: ReadonlyMap<string, BegunCall>;
}

/**
 * Reads a journal. An incomplete last line belongs to a call that was not sent yet.
 *
 * @returns undefined if there is none
 */
export async function readCallJournal(file: string): Promise<LeftJournal | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  let ledgerBytes = 0;
  const calls = new Map<string, BegunCall>();
  for (const parsed of parseJsonLines(text)) {
    if (!parsed.ok || !isJsonObject(parsed.value)) continue;
    const { value } = parsed;
    if (typeof value['ledgerBytes'] === 'number') ledgerBytes = value['ledgerBytes'];
    const call = value as unknown as BegunCall;
    if (isBegunCall(value)) calls.set(readKey(call), call);
  }
  for (const [key, call] of calls) if (isFree(call)) calls.delete(key);
  return { ledgerBytes, calls };
}

/** Whether a call is known to have cost nothing, so that no line has to say what it may have cost. */
export function isFree({
  judging,
  hasEnded = false,
  possibleCostUsd,
  unboundedCalls = 0,
}: BegunCall): boolean {
  return possibleCostUsd === 0 && unboundedCalls === 0 && (judging !== undefined || hasEnded);
}

function isBegunCall(value: { readonly [key: string]: unknown }): boolean {
  const { possibleCostUsd, unboundedCalls = 0, repeat, simulated, judging } = value;
  return (
    ['cellKey', 'taskId', 'promptHash', 'model', 'startedAt'].every(
      (name) => typeof value[name] === 'string',
    ) &&
    typeof repeat === 'number' &&
    typeof simulated === 'boolean' &&
    (possibleCostUsd === null || typeof possibleCostUsd === 'number') &&
    Number.isSafeInteger(unboundedCalls) &&
    (unboundedCalls as number) >= 0 &&
    (judging === undefined || (isJsonObject(judging) && typeof judging['id'] === 'string'))
  );
}
