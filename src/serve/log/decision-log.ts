import { randomBytes } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import type { LoadedPolicy } from '../../policy/decide/load-policy.js';
import { RoutesmithError } from '../../util/errors.js';
import { createRandom } from '../../util/random.js';
import { describeWriteError } from '../../util/replace-file.js';
import type { CallLog } from '../router/call-log.js';
import { systemClock } from '../router/call.js';
import { buildPolicyLine } from './build-decision.js';
import { createFeatureCounter, type FeatureCounter } from './count-features.js';
import { formatLine } from './format-line.js';
import type { SegmentContent } from './list-segments.js';
import { createLogEntry, type LogEntry } from './log-entry.js';
import { readGivenFeedback, type GivenFeedback } from './log-feedback.js';
import { createLogQueue } from './log-queue.js';
import { resolveLogSettings, type DecisionLogSettings } from './log-settings.js';
import type { LoggedPolicy, LogLevel } from './record.js';
import { repairLog, type LogRepair } from './repair-log.js';
import { createRecordDraw } from './record-draw.js';
import { removeOldSegments } from './retention.js';
import { createSegmentWriter, type SegmentWriter } from './segment-writer.js';
import { createWriterState, type WriterState } from './writer-state.js';

/** What a log has taken on since it was opened. */
export interface LogStatistics {
  readonly decisions: number;
  readonly served: number;
  readonly feedback: number;
  /** Requests that were left out by sampling. */
  readonly sampledOut: number;
  /** Requests that were left out because the queue was full. */
  readonly overflow: number;
  /** Records that could not be made, or came after the log was closed. */
  readonly failed: number;
}

/** A log of decisions, their outcomes and feedback, open for writing. */
export interface DecisionLog extends CallLog {
  readonly directory: string;
  readonly level: LogLevel;
  /** What opening the log repaired. */
  readonly repair: LogRepair;
  /** Begins the record of a request. */
  open(...given: Parameters<CallLog['open']>): LogEntry;
  /**
   * Records what somebody says of an answer, at any time. Repeated reports are all kept. Resolves
   * when it is written.
   *
   * @throws RoutesmithError `usage` for what is not feedback, or if it cannot be written now
   */
  feedback(given: GivenFeedback): Promise<void>;
  statistics(): LogStatistics;
  /** Writes what waits. @throws RoutesmithError `usage` if it cannot be written */
  flush(): Promise<void>;
  /**
   * Writes what waits, then closes and compresses the segments. The log ends with it: records that
   * come later are left out, counted as failed, and reported once.
   *
   * @throws RoutesmithError `usage` if what waits cannot be written; it can then be called again
   */
  close(): Promise<void>;
}

/** About the characters of a line of feedback. */
const feedbackSize = 160;

/** After a failed write, the next one waits for so long. */
const retryMs = 1000;

/**
 * Opens a decision log, in files of its own, and repairs what killed processes have left in the
 * folder. Recording never waits and never throws; what a full queue leaves out is counted.
 *
 * What cannot be repaired is reported before this resolves, and tried again at the next start.
 *
 * @throws RoutesmithError `usage` for invalid settings, or a folder that cannot be written to
 */
export async function createDecisionLog(settings: DecisionLogSettings): Promise<DecisionLog> {
  const { level, limits } = resolveLogSettings(settings);
  const { directory, clock = systemClock } = settings;
  const now = (): Date => clock.date();
  const writer = nameWriter(now());
  const describe = (cause: unknown): RoutesmithError => describeWriteError(cause, directory);
  let isTroubled = false;
  /** Whether the last count of accepted records could be written. */
  let isCounting = true;
  const notify = (cause: unknown): void => settings.onProblem?.(describe(cause));
  const report = (cause: unknown): void => {
    isTroubled = true;
    notify(cause);
  };
  const removeOld = (): Promise<unknown> => removeOldSegments(directory, limits, now());
  const createWriter = (content: SegmentContent): SegmentWriter =>
    createSegmentWriter({
      directory,
      content,
      writer,
      level,
      maxSegmentBytes: limits.maxSegmentBytes,
      maxSegmentMs: limits.maxSegmentMs,
      now,
      onClosed: () => void removeOld().catch(report),
      onProblem: report,
    });
  const writers = { decisions: createWriter('decisions'), feedback: createWriter('feedback') };

  async function prepare(): Promise<{ readonly repair: LogRepair; readonly state: WriterState }> {
    try {
      await mkdir(directory, { recursive: true, mode: 0o700 });
      // What could not be repaired stays so, however well records are written afterwards.
      const repair = await repairLog(directory, now(), notify);
      await removeOld().catch(notify);
      const state = createWriterState(directory, writer, level);
      return { repair, state };
    } catch (cause) {
      throw describe(cause);
    }
  }

  const { repair, state } = await prepare();
  const counts = { decisions: 0, served: 0, feedback: 0, failed: 0, refused: 0 };
  let isClosed = false;
  let closing: Promise<void> | undefined;
  /** Of the last record of each content, and of the last one that is counted in the state. */
  const numbers: Record<SegmentContent, number> = { decisions: 0, feedback: 0 };
  const noted = { ...numbers };
  const random = settings.random ?? createRandom(Number.parseInt(writer.slice(-8), 16));
  // Without a seed, all writers draw alike: requests of one id may go to several of them.
  const salt = settings.random === undefined ? '' : String(settings.random());
  const draw = createRecordDraw(limits.keep, random, salt);
  const { maxQueueBytes, flushMs } = limits;
  const queue = createLogQueue({
    writers,
    maxQueueBytes,
    flushMs,
    retryMs,
    takeNote: () => draw.takeNote(now()),
    onProblem: report,
    onWritten() {
      if (!isTroubled || !isCounting) return;
      isTroubled = false;
      settings.onRecovered?.();
    },
  });

  let areNotesDue = false;
  /** Counts what was accepted in this turn, as soon as the turn's own work is done. */
  function noteNumbers(): void {
    areNotesDue = false;
    try {
      for (const content of ['decisions', 'feedback'] as const) {
        if (numbers[content] !== noted[content]) state.note(content, numbers[content]);
        noted[content] = numbers[content];
      }
      isCounting = true;
    } catch (cause) {
      // Tried again with the next record: a disk may be full even for bytes that are replaced.
      if (isCounting) report(cause);
      isCounting = false;
    }
  }

  /** Counts a record of a closed log, whose files may not even be its own any more. */
  function refuse(): void {
    if (counts.refused === 0) report(closedError(directory));
    counts.refused += 1;
  }

  function push(
    content: SegmentContent,
    size: number,
    build: (n: number) => string,
    policy?: LoggedPolicy,
  ): number {
    const number = (numbers[content] += 1);
    queue.push(content, { size, format: () => build(number), policy, number });
    if (!areNotesDue) queueMicrotask(noteNumbers);
    areNotesDue = true;
    return number;
  }

  const policyLines = new WeakMap<LoadedPolicy, LoggedPolicy>();
  let policyCount = 0;
  function findPolicyLine(policy: LoadedPolicy): LoggedPolicy {
    const line = policyLines.get(policy) ?? buildPolicyLine(policy, policyCount++);
    policyLines.set(policy, line);
    return line;
  }

  const counters = new WeakMap<LoadedPolicy, FeatureCounter>();
  function findCounter(policy: LoadedPolicy): FeatureCounter | undefined {
    const { scorer } = policy.policy;
    if (scorer.kind === 'constant') return undefined;
    const counter = counters.get(policy) ?? createFeatureCounter(scorer.features);
    counters.set(policy, counter);
    return counter;
  }

  async function flush(): Promise<void> {
    try {
      await queue.flush();
    } catch (cause) {
      throw describe(cause);
    }
  }

  async function close(): Promise<void> {
    await flush();
    process.off('exit', onExit);
    await writers.decisions.close();
    await writers.feedback.close();
    await removeOld().catch(report);
    state.close();
    await rm(state.path, { force: true });
  }

  const onExit = (): void => queue.writeNow();
  process.once('exit', onExit);
  return {
    directory,
    level,
    repair,
    open: (policy, as = {}) =>
      createLogEntry(policy, as, {
        level,
        clock,
        draw(id) {
          if (!isClosed) return draw.draw(queue.fill, id);
          refuse();
          return 0;
        },
        findPolicyLine,
        findCounter,
        push(kind, size, build, line) {
          if (isClosed) {
            refuse();
            return 0;
          }
          counts[kind] += 1;
          return push('decisions', size, build, line);
        },
        onFailed(cause) {
          counts.failed += 1;
          report(cause);
        },
        onProblem: report,
      }),
    async feedback(given) {
      const { kind, ...record } = readGivenFeedback(given, now());
      if (isClosed) throw closedError(directory);
      if (queue.fill >= 1) {
        throw new RoutesmithError('usage', 'too much waits to be written', {
          where: directory,
          fix: 'Send the feedback again later.',
        });
      }
      push('feedback', feedbackSize, (n) => formatLine({ kind, n, ...record }));
      counts.feedback += 1;
      await flush();
    },
    statistics() {
      const { refused, failed, ...taken } = counts;
      return { ...taken, failed: failed + refused, ...draw.counts() };
    },
    flush,
    close() {
      isClosed = true;
      closing ??= close().catch((error: unknown) => {
        closing = undefined;
        throw error;
      });
      return closing;
    },
  };
}

function closedError(directory: string): RoutesmithError {
  return new RoutesmithError('usage', 'the log is closed', {
    where: directory,
    fix: 'Close it only when all requests have ended, or open another one.',
  });
}

/** By time, and unlike any other. */
function nameWriter(now: Date): string {
  const time = now.toISOString().replace(/[-:.]/g, '');
  return `${time}.${randomBytes(4).toString('hex')}`;
}
