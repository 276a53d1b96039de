import {
  comparePlaces,
  createLineJoin,
  type DecisionPlace,
  type LoggedFeedback,
  type LoggedRequest,
} from './join-lines.js';
import { listSegments, type SegmentFile } from './list-segments.js';
import { createLogTotals, type LogTotals } from './log-totals.js';
import { readSegment } from './read-segment.js';
import type { FeedbackRecord, LoggedPolicy } from './record.js';

/** A log that is being read, request by request or in batches: once, in one of the two ways. */
export interface LogReading extends AsyncIterable<LoggedRequest> {
  /** Faster than one by one, each of which waits for its turn. */
  readonly batches: AsyncIterable<readonly LoggedRequest[]>;
  /** Grows while the log is read; complete when it has been read to the end. */
  readonly totals: LogTotals;
}

/**
 * Reads all of a log in a folder, also while it is being written. Lines that cannot be read are left
 * out and counted. Memory is needed for the feedback, and for the decisions that are in flight. A log
 * with feedback is read twice: of several decisions with one id, feedback is about the last one before it.
 * A writer of more than 10,000 decisions in flight is, too: those that waited longest come last.
 *
 * @returns to be read once. Requests come in the order in which their writers recorded what served
 * them, one writer after the other. The same files give the same order
 * @throws RoutesmithError `invalid_input`, when reading begins, if the folder cannot be read
 */
export function readLog(directory: string): LogReading {
  const totals = createLogTotals();
  const batches = readBatches(directory, totals);
  return {
    totals,
    batches,
    async *[Symbol.asyncIterator]() {
      for await (const batch of batches) yield* batch;
    },
  };
}

async function* readBatches(
  directory: string,
  totals: LogTotals,
): AsyncGenerator<LoggedRequest[], void> {
  const files = await listSegments(directory);
  const byId = await readFeedback(files, totals);
  const repeated =
    byId.size === 0 ? new Map<string, DecisionPlace[]>() : await findRepeated(files, byId);
  for (const places of repeated.values()) totals.repeatedIds += places.length - 1;
  const policies = new Map<string, LoggedPolicy>();
  for (const writer of groupByWriter(files)) {
    yield* readWriter(writer, { byId, repeated }, policies, totals);
  }
  for (const left of byId.values()) totals.unmatchedFeedback += left.length;
}

async function readFeedback(
  files: readonly SegmentFile[],
  totals: LogTotals,
): Promise<Map<string, FeedbackRecord[]>> {
  const byId = new Map<string, FeedbackRecord[]>();
  for (const file of files.filter(({ content }) => content === 'feedback')) {
    for await (const lines of readSegment(file, totals)) {
      for (const { line } of lines) {
        if (line.kind !== 'feedback') continue;
        totals.feedback += 1;
        const known = byId.get(line.id);
        if (known === undefined) byId.set(line.id, [line]);
        else known.push(line);
      }
    }
  }
  return byId;
}

/** The decisions of ids that have feedback and several decisions, by id, in order. */
async function findRepeated(
  files: readonly SegmentFile[],
  feedback: ReadonlyMap<string, unknown>,
): Promise<Map<string, DecisionPlace[]>> {
  const placesOf = new Map<string, DecisionPlace[]>();
  for (const file of files.filter(({ content }) => content === 'decisions')) {
    // What is wrong with the lines is counted when they are joined.
    for await (const lines of readSegment(file, createLogTotals())) {
      for (const { line } of lines) {
        if (line.kind !== 'decision' || !feedback.has(line.id)) continue;
        const place = { at: line.at, writer: file.writer, n: line.n };
        const places = placesOf.get(line.id);
        if (places === undefined) placesOf.set(line.id, [place]);
        else places.push(place);
      }
    }
  }
  return new Map(
    [...placesOf]
      .filter(([, places]) => places.length > 1)
      .map(([id, places]) => [id, places.sort(comparePlaces)]),
  );
}

async function* readWriter(
  files: readonly SegmentFile[],
  feedback: LoggedFeedback,
  policies: Map<string, LoggedPolicy>,
  totals: LogTotals,
): AsyncGenerator<LoggedRequest[], void> {
  const join = createLineJoin(files[0]?.writer ?? '', feedback, policies, totals);
  for (const file of files) {
    join.beginSegment();
    for await (const lines of readSegment(file, totals)) {
      yield lines.flatMap((line) => join.accept(line));
    }
  }
  yield join.end();
  for (const file of files) {
    if (join.countPostponed() === 0) return;
    join.beginSegment();
    // What is wrong with the lines has been counted.
    for await (const lines of readSegment(file, createLogTotals())) {
      yield lines.flatMap((line) => join.acceptAgain(line));
    }
  }
}

/** The segments of decisions, a list for each writer. */
function groupByWriter(files: readonly SegmentFile[]): SegmentFile[][] {
  const groups = new Map<string, SegmentFile[]>();
  for (const file of files.filter(({ content }) => content === 'decisions')) {
    const group = groups.get(file.writer);
    if (group === undefined) groups.set(file.writer, [file]);
    else group.push(file);
  }
  return [...groups.values()];
}
