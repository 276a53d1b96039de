import { closeSync, openSync, renameSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { isJsonObject } from '../../util/json.js';
import { parseJsonLines } from '../../util/parse-json-lines.js';

/** A call that has been sent, or is about to be. */
export interface BegunCall {
  readonly cellKey: string;
  readonly taskId: string;
  readonly promptHash: string;
  readonly model: string;
  readonly repeat: number;
  readonly simulated: boolean;
  /** ISO 8601. */
  readonly startedAt: string;
  /** The most that it can have cost, earlier attempts included; null where nothing limits it. */
  readonly possibleCostUsd: number | null;
}

/**
 * The calls that are under way, on record before each is sent: after a crash it is known which
 * answers were paid for, perhaps, and lost. The ledger says how a call ended; only the last line of
 * a cell counts here.
 */
export interface CallJournal {
  /** Puts a call on record, in the file before it returns. */
  begin(call: BegunCall): void;
  /** Forgets a call whose end is in the ledger. */
  end(cellKey: string): void;
  /** Removes the file: nothing is under way. */
  close(): void;
}

/** The file is written anew when it is longer than this. */
const maxBytes = 4 * 1024 * 1024;

/**
 * Opens a journal that is empty. The ledger's lock keeps others away.
 *
 * @param ledgerBytes how long the ledger is: an entry behind this ends a call
 */
export function openCallJournal(file: string, ledgerBytes: () => number): CallJournal {
  const open = new Map<string, string>();
  let writtenBytes = 0;
  let descriptor = rewrite();

  /** Written beside it and renamed, so that a crash leaves the old file or the new one. */
  function rewrite(): number {
    const head = JSON.stringify({ version: 1, ledgerBytes: ledgerBytes() });
    const text = `${[head, ...open.values()].join('\n')}\n`;
    const draft = `${file}.new`;
    writeFileSync(draft, text);
    renameSync(draft, file);
    writtenBytes = Buffer.byteLength(text);
    return openSync(file, 'a');
  }

  return {
    begin(call) {
      const line = JSON.stringify(call);
      open.set(call.cellKey, line);
      if (writtenBytes > maxBytes) {
        closeSync(descriptor);
        descriptor = rewrite();
        return;
      }
      writtenBytes += writeSync(descriptor, `${line}\n`);
    },
    end(cellKey) {
      open.delete(cellKey);
    },
    close() {
      closeSync(descriptor);
      rmSync(file, { force: true });
    },
  };
}

/** What a journal says that a crash has left behind. */
export interface LeftJournal {
  /** Entries of the ledger from this byte on end calls of this journal. */
  readonly ledgerBytes: number;
  /** The last line of each cell. */
  readonly calls: ReadonlyMap<string, BegunCall>;
}

/**
 * Reads a journal. A line that a crash cut off belongs to a call that was not sent yet.
 *
 * @returns undefined where there is none
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
    if (isBegunCall(value)) calls.set(call.cellKey, call);
  }
  return { ledgerBytes, calls };
}

function isBegunCall(value: { readonly [key: string]: unknown }): boolean {
  const { possibleCostUsd, repeat, simulated } = value;
  return (
    ['cellKey', 'taskId', 'promptHash', 'model', 'startedAt'].every(
      (name) => typeof value[name] === 'string',
    ) &&
    typeof repeat === 'number' &&
    typeof simulated === 'boolean' &&
    (possibleCostUsd === null || typeof possibleCostUsd === 'number')
  );
}
