import { open } from 'node:fs/promises';
import Papa from 'papaparse';
import type { LoggedRequest } from '../../serve/log/join-lines.js';
import { nullIfUnknown } from '../../util/json.js';
import {
  createDraft,
  describeWriteError,
  isSpecialFile,
  privateMode,
} from '../../util/replace-file.js';
import { prepareOutputFile, type OutputRules } from '../../util/write-output-file.js';
import { findAnswered, findOwnLatency, findPaid } from '../estimates/logged-outcome.js';
import type { Replayed } from './replay-request.js';

/** A file with a row for each replayed request. */
export interface ReplayCsv {
  readonly add: (request: LoggedRequest, replayed: Replayed) => void;
  /** Writes the rows so far. @throws RoutesmithError `usage` that names the file */
  readonly flush: () => Promise<void>;
  /** Writes the rest, and puts the rows in the place of an earlier file. @throws as `flush` */
  close(): Promise<void>;
  /** Removes what a replay that failed has written; an earlier file stays. */
  discard(): Promise<void>;
}

const columns = [
  'id',
  'at',
  'weight',
  'objective',
  'logged_choice',
  'served_model',
  'replayed_choice',
  'replayed_reason',
  'changed',
  'estimated_quality',
  'estimated_cost_usd',
  'estimated_latency_ms',
  'cost_usd',
  'latency_ms',
  'cost_is_guess',
  // Last, so that the places of the others stay.
  'explored_choice',
];

type Cell = string | number | null;

/**
 * Opens a file for the rows of a replay.
 *
 * @param models ids of the replayed policy's models
 * @throws RoutesmithError `usage` if it cannot be written, or is there and may not be replaced
 */
export async function openReplayCsv(
  file: string,
  models: readonly string[],
  rules: OutputRules,
): Promise<ReplayCsv> {
  await prepareOutputFile(file, rules);
  const attempt = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (cause) {
      throw describeWriteError(cause, file);
    }
  };
  const draft = (await isSpecialFile(file)) ? undefined : createDraft(file, { mode: privateMode });
  const handle = await attempt(() =>
    draft === undefined ? open(file, 'w') : open(draft.path, 'wx', privateMode),
  );
  let rows = '';
  const write = (cells: readonly Cell[]): void => {
    rows += `${Papa.unparse([[...cells]], { escapeFormulae: true })}\n`;
  };
  const flush = (): Promise<void> => {
    const text = rows;
    rows = '';
    return attempt(() => handle.writeFile(text));
  };
  write(columns);
  return {
    add: (request, replayed) => write(listCells(request, replayed, models)),
    flush,
    async close() {
      await flush();
      if (draft !== undefined) await attempt(() => handle.sync());
      await attempt(() => handle.close());
      await attempt(async () => draft?.commit());
    },
    async discard() {
      await handle.close().catch(() => undefined);
      await draft?.discard();
    },
  };
}

/** The cells of a request, in the order of `columns`. */
function listCells(
  { decision, served }: LoggedRequest,
  { choice, decision: replayed, quality, costUsd, latencyMs }: Replayed,
  models: readonly string[],
): Cell[] {
  const paid = findPaid(served);
  const known = (value: number | undefined): number | null => nullIfUnknown(value ?? Number.NaN);
  return [
    decision.id,
    decision.at,
    1 / decision.keep,
    replayed.objective,
    decision.policyChoice,
    findAnswered(served),
    models[choice] ?? null,
    replayed.reason,
    decision.policyChoice === replayed.model ? 0 : 1,
    known(quality[choice]),
    known(costUsd[choice]),
    known(latencyMs[choice]),
    paid?.costUsd ?? null,
    known(findOwnLatency(served)),
    paid === undefined ? null : Number(paid.isGuess),
    decision.choice === decision.policyChoice ? null : decision.choice,
  ];
}
