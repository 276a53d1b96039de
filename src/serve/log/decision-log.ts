import { randomBytes } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { RoutesmithError } from '../../util/errors.js';
import { createRandom } from '../../util/random.js';
import { describeWriteError } from '../../util/replace-file.js';
import type { CallLog } from '../router/call-log.js';
import { systemRouterClock, type RouterClock } from '../router/call.js';
import { formatLine } from './format-line.js';
import type { SegmentContent } from './list-segments.js';
import { createLogEntry, type EntryHost, type LogEntry } from './log-entry.js';
import { readGivenFeedback, type GivenFeedback } from './log-feedback.js';
import { createLogQueue, type LogQueue } from './log-queue.js';
import {
  resolveLogSettings,
  type DecisionLogLimits,
  type DecisionLogSettings,
} from './log-settings.js';
import { PolicyCache } from './policy-cache.js';
import type { LoggedPolicy, LogLevel } from './record.js';
import { RecordNumbers } from './record-numbers.js';
import { createRecordDraw, type RecordDraw } from './record-draw.js';
import { repairLog, type LogRepair } from './repair-log.js';
import { removeOldSegments } from './retention.js';
import { SegmentWriter } from './segment-writer.js';
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
  const { directory, clock = systemRouterClock } = settings;
  const writer = nameWriter(clock.date());
  const notify = (cause: unknown): void =>
    settings.onProblem?.(describeWriteError(cause, directory));

  async function prepare(): Promise<Pick<OpenLog, 'repair' | 'state'>> {
    try {
      await mkdir(directory, { recursive: true, mode: 0o700 });
      // What could not be repaired stays so, however well records are written afterwards.
      const repair = await repairLog(directory, clock.date(), notify);
      await removeOldSegments(directory, limits, clock.date()).catch(notify);
      return { repair, state: createWriterState(directory, writer, level) };
    } catch (cause) {
      throw describeWriteError(cause, directory);
    }
  }

  const prepared = await prepare();
  return new FileLog({ settings, limits, level, clock, writer, notify, ...prepared });
}

/** What a log is opened with. */
interface OpenLog {
  readonly settings: DecisionLogSettings;
  readonly limits: DecisionLogLimits;
  readonly level: LogLevel;
  readonly clock: RouterClock;
  /** The name of the writer. */
  readonly writer: string;
  readonly notify: (cause: unknown) => void;
  readonly repair: LogRepair;
  readonly state: WriterState;
}

/** About the characters of a line of feedback. */
const feedbackSize = 160;

/** After a failed write, the next one waits for so long. */
const retryMs = 1000;

/** Its functions are properties, so that a caller may take them apart. */
class FileLog implements DecisionLog {
  readonly directory: string;
  readonly level: LogLevel;
  readonly repair: LogRepair;
  readonly #opened: OpenLog;
  readonly #host: EntryHost;
  readonly #writers: Readonly<Record<SegmentContent, SegmentWriter>>;
  readonly #queue: LogQueue;
  readonly #draw: RecordDraw;
  readonly #numbers: RecordNumbers;
  readonly #counts = { decisions: 0, served: 0, feedback: 0, failed: 0, refused: 0 };
  /** Whether something was reported since records were last written. */
  #isTroubled = false;
  #isClosed = false;
  #closing: Promise<void> | undefined;

  constructor(opened: OpenLog) {
    const { settings, limits, level, repair, state } = opened;
    this.directory = settings.directory;
    this.level = level;
    this.repair = repair;
    this.#opened = opened;
    this.#host = this.#createHost();
    this.#writers = {
      decisions: this.#createWriter('decisions'),
      feedback: this.#createWriter('feedback'),
    };
    this.#numbers = new RecordNumbers(state, this.#report);
    this.#draw = createDraw(opened);
    this.#queue = createLogQueue({
      writers: this.#writers,
      maxQueueBytes: limits.maxQueueBytes,
      flushMs: limits.flushMs,
      retryMs,
      takeNote: () => this.#draw.takeNote(opened.clock.date()),
      onProblem: this.#report,
      onWritten: () => this.#noteWritten(),
    });
    process.once('exit', this.#onExit);
  }

  readonly open: DecisionLog['open'] = (policy, as = {}) => createLogEntry(policy, as, this.#host);

  readonly feedback: DecisionLog['feedback'] = async (given) => {
    const { kind, ...record } = readGivenFeedback(given, this.#opened.clock.date());
    if (this.#isClosed) throw closedError(this.directory);
    if (this.#queue.fill >= 1) {
      throw new RoutesmithError('usage', 'too much waits to be written', {
        where: this.directory,
        fix: 'Send the feedback again later.',
      });
    }
    this.#push('feedback', feedbackSize, (n) => formatLine({ kind, n, ...record }));
    this.#counts.feedback += 1;
    await this.flush();
  };

  readonly statistics: DecisionLog['statistics'] = () => {
    const { refused, failed, ...taken } = this.#counts;
    return { ...taken, failed: failed + refused, ...this.#draw.counts() };
  };

  readonly flush: DecisionLog['flush'] = async () => {
    try {
      await this.#queue.flush();
    } catch (cause) {
      throw describeWriteError(cause, this.directory);
    }
  };

  readonly close: DecisionLog['close'] = () => {
    this.#isClosed = true;
    this.#closing ??= this.#closeFiles().catch((error: unknown) => {
      this.#closing = undefined;
      throw error;
    });
    return this.#closing;
  };

  async #closeFiles(): Promise<void> {
    const { state } = this.#opened;
    await this.flush();
    process.off('exit', this.#onExit);
    await this.#writers.decisions.close();
    await this.#writers.feedback.close();
    await this.#removeOld();
    state.close();
    await rm(state.path, { force: true });
  }

  readonly #onExit = (): void => this.#queue.writeNow();

  #createHost(): EntryHost {
    const policies = new PolicyCache();
    return {
      level: this.level,
      clock: this.#opened.clock,
      draw: (id) => (this.#isClosed ? this.#refuse() : this.#draw.draw(this.#queue.fill, id)),
      findPolicyLine: (policy) => policies.findLine(policy),
      findCounter: (policy) => policies.findCounter(policy),
      push: (kind, size, build, line) => {
        if (this.#isClosed) return this.#refuse();
        this.#counts[kind] += 1;
        return this.#push('decisions', size, build, line);
      },
      onFailed: (cause) => {
        this.#counts.failed += 1;
        this.#report(cause);
      },
      onProblem: this.#report,
    };
  }

  #createWriter(content: SegmentContent): SegmentWriter {
    const { limits, level, clock, writer } = this.#opened;
    return new SegmentWriter({
      directory: this.directory,
      content,
      writer,
      level,
      maxSegmentBytes: limits.maxSegmentBytes,
      maxSegmentMs: limits.maxSegmentMs,
      now: () => clock.date(),
      onClosed: () => void this.#removeOld(),
      onProblem: this.#report,
    });
  }

  /** @returns the number of the record */
  #push(
    content: SegmentContent,
    size: number,
    build: (n: number) => string,
    policy?: LoggedPolicy,
  ): number {
    const number = this.#numbers.take(content);
    this.#queue.push(content, { size, format: () => build(number), policy, number });
    return number;
  }

  /** Counts a record of a closed log, whose files may not even be its own any more. */
  #refuse(): 0 {
    if (this.#counts.refused === 0) this.#report(closedError(this.directory));
    this.#counts.refused += 1;
    return 0;
  }

  async #removeOld(): Promise<void> {
    const { limits, clock } = this.#opened;
    await removeOldSegments(this.directory, limits, clock.date()).catch(this.#report);
  }

  readonly #report = (cause: unknown): void => {
    this.#isTroubled = true;
    this.#opened.notify(cause);
  };

  #noteWritten(): void {
    if (!this.#isTroubled || !this.#numbers.isWritable) return;
    this.#isTroubled = false;
    this.#opened.settings.onRecovered?.();
  }
}

function createDraw({ settings, limits, writer }: OpenLog): RecordDraw {
  const random = settings.random ?? createRandom(Number.parseInt(writer.slice(-8), 16));
  // Without a seed, all writers draw alike: requests of one id may go to several of them.
  const salt = settings.random === undefined ? '' : String(settings.random());
  return createRecordDraw(limits.keep, random, salt);
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
