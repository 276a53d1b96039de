import type { LedgerEntry } from '../ledger/ledger-entry.js';
import type { Ledger } from '../ledger/ledger.js';
import type { Database } from './database.js';
import { digestEntry, readLineDigests, writeQueueFile, type QueueFile } from './queue-file.js';
import { decodeEntryLine, type EntryKind } from './queue-run.js';

/** A line that has come into the ledger. */
export interface CollectedEntry {
  readonly entry: LedgerEntry;
  readonly kind: EntryKind;
  /** The end, with a known charge, of a call that is on record as cut off. */
  readonly endsCutOff: boolean;
}

/** Brings lines from the database into the folder's ledger, each once. */
export interface EntryCollector {
  /**
   * Appends the lines that have come since.
   *
   * @param onEntry called for each line that was not in the ledger
   * @returns whether there may be more already
   */
  collect(onEntry: (collected: CollectedEntry) => void): Promise<boolean>;
  /** Writes everything to disk and notes in `queue.json` how far it is. */
  save(): Promise<void>;
}

type EntryRow = Omit<CollectedEntry, 'entry'> & { readonly seq: string; readonly line: string };

const linesAtOnce = 2_000;
const linesBetweenSaves = 5_000;

/**
 * Creates the collector of a run.
 *
 * @param file how far the folder has got
 */
export async function createEntryCollector(
  database: Database,
  ledger: Ledger,
  runDirectory: string,
  file: QueueFile,
): Promise<EntryCollector> {
  const { schema } = database.address;
  // A ledger that is shorter than it was has been replaced: all lines of the run are compared with it.
  const isKnown = file.ledgerBytes <= ledger.writtenBytes;
  let { seq } = isKnown ? file : { seq: 0 };
  const present = await readLineDigests(ledger.file, isKnown ? file.ledgerBytes : 0);
  let unsaved = 0;

  async function save(): Promise<void> {
    await ledger.flush();
    unsaved = 0;
    await writeQueueFile(runDirectory, { ...file, seq, ledgerBytes: ledger.writtenBytes });
  }

  return {
    save,
    async collect(onEntry) {
      const rows = await database.query<EntryRow>(
        `select seq, kind, line, ends_cut_off as "endsCutOff" from ${schema}.entry where run_id = $1 and seq > $2 and kind <> 'late'
         order by seq limit ${linesAtOnce}`,
        [file.runId, seq],
      );
      for (const row of rows) {
        const { entry, normalized } = decodeEntryLine(row.line, file.runId);
        seq = Number(row.seq);
        // A line that was there when the ledger was opened has been counted with it.
        if (present.delete(digestEntry(normalized))) continue;
        ledger.append(row.endsCutOff ? { ...entry, endsCutOff: true } : entry);
        onEntry({ entry, kind: row.kind, endsCutOff: row.endsCutOff });
      }
      unsaved += rows.length;
      if (unsaved >= linesBetweenSaves) await save();
      return rows.length === linesAtOnce;
    },
  };
}
