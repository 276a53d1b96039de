import { open, readFile, rm } from 'node:fs/promises';
import { z } from 'zod';
import { requestFormSchema } from '../../models/pool-schema.js';
import { parseJsonLines } from '../../../util/parse-json-lines.js';
import { describeWriteError, privateMode } from '../../../util/replace-file.js';

const begun = z.object({
  kind: z.literal('begun'),
  token: z.string(),
  /** Ids of the models that it is for. */
  models: z.array(z.string()),
  cellKeys: z.array(z.string()),
  /** ISO 8601. */
  at: z.string(),
  /** Of its requests. Earlier versions did not record it. */
  form: requestFormSchema.exactOptional(),
});

const line = z.discriminatedUnion('kind', [
  begun,
  z.object({
    kind: z.literal('submitted'),
    token: z.string(),
    batchId: z.string(),
    isFound: z.boolean().exactOptional(),
  }),
  z.object({
    kind: z.literal('ended'),
    token: z.string(),
    /** The batch that it was taken for is another's, and none is its own. */
    isAbsent: z.literal(true).exactOptional(),
  }),
]);

export type BatchLineRecord = z.output<typeof line>;

/** A batch that was sent, or was about to be, and whose results are not in the ledger yet. */
export interface OpenBatch extends Omit<z.output<typeof begun>, 'kind'> {
  /** Undefined where the process was killed before it knew the id. */
  readonly batchId: string | undefined;
  /** Whether the id was found in a list by what is known of the batch. */
  readonly isFound: boolean;
}

/** The batches of a run, in a file beside its ledger, whose lock protects it too. */
export interface BatchRecords {
  /** Those of earlier processes. */
  readonly open: readonly OpenBatch[];
  /** Ids of all batches so far, of those that have ended too. */
  readonly known: ReadonlySet<string>;
  /**
   * Ids that are not the batch with this token. An id that another one was found by since then is not
   * among them: it may be this one's, as long as no results have shown whose it is.
   */
  listOthers(token: string): ReadonlySet<string>;
  /** Is on disk when this resolves. @throws RoutesmithError on a full disk */
  append(record: BatchLineRecord): Promise<void>;
}

/**
 * Reads the records of a run and opens them for appending. A line that was not written to its end
 * belongs to a batch that was not sent.
 */
export async function openBatchRecords(file: string): Promise<BatchRecords> {
  /** What a killed process left of a line must not swallow the next one. */
  let lead = '\n';
  const lines = await readLines(file);
  const known = new Set(lines.flatMap((one) => (one.kind === 'submitted' ? one.batchId : [])));
  return {
    open: listOpen(lines),
    known,
    listOthers: (token) => listOthers(lines, token),
    async append(record) {
      lines.push(record);
      if (record.kind === 'submitted') known.add(record.batchId);
      try {
        const handle = await open(file, 'a', privateMode);
        try {
          await handle.appendFile(`${lead}${JSON.stringify(record)}\n`);
          lead = '';
          await handle.datasync();
        } finally {
          await handle.close();
        }
      } catch (error) {
        throw describeWriteError(error, file);
      }
    },
  };
}

/** The batches of a run that have not ended; none if it never had any. */
export async function readOpenBatches(file: string): Promise<readonly OpenBatch[]> {
  return listOpen(await readLines(file));
}

async function readLines(file: string): Promise<BatchLineRecord[]> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  const lines: BatchLineRecord[] = [];
  for (const parsed of parseJsonLines(text)) {
    const record = parsed.ok ? line.safeParse(parsed.value) : undefined;
    if (record?.success === true) lines.push(record.data);
  }
  return lines;
}

function listOpen(lines: readonly BatchLineRecord[]): readonly OpenBatch[] {
  const batches = new Map<string, OpenBatch>();
  for (const data of lines) {
    if (data.kind === 'begun') {
      const { kind: _, ...batch } = data;
      batches.set(batch.token, { ...batch, batchId: undefined, isFound: false });
    } else if (data.kind === 'ended') batches.delete(data.token);
    else {
      const known = batches.get(data.token);
      const { batchId, isFound = false } = data;
      if (known !== undefined) batches.set(data.token, { ...known, batchId, isFound });
    }
  }
  return [...batches.values()];
}

function listOthers(lines: readonly BatchLineRecord[], token: string): Set<string> {
  const others = new Set<string>();
  /** By token, the id of a batch that is not known to be its own. */
  const guesses = new Map<string, string>();
  let hasBegun = false;
  for (const line of lines) {
    if (line.kind === 'begun') hasBegun ||= line.token === token;
    else if (line.kind === 'submitted') {
      const isGuess = line.isFound === true && line.token !== token && hasBegun;
      if (isGuess) guesses.set(line.token, line.batchId);
      else others.add(line.batchId);
    } else {
      const id = guesses.get(line.token);
      if (id !== undefined && line.isAbsent !== true) others.add(id);
      guesses.delete(line.token);
    }
  }
  return others;
}

/** Removes the records of a run whose batches have all ended. */
export async function removeBatchRecords(file: string): Promise<void> {
  await rm(file, { force: true });
}
