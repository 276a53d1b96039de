import { RoutesmithError } from '../../util/errors.js';
import type { Random } from '../../util/random.js';
import { resolveNumbers } from '../router/resolve-numbers.js';
import type { RouterClock } from '../router/call.js';
import { logLevels, type LogLevel } from './record.js';
import type { Retention } from './retention.js';

/** Sizes and times of a decision log. */
export interface DecisionLogLimits extends Retention {
  /**
   * Probability with which a request is recorded, in (0, 1]. Requests to which a caller gave one id are
   * recorded all or none. @default 1
   */
  readonly keep: number;
  /** A segment that is larger is closed and compressed. @default 67_108_864 */
  readonly maxSegmentBytes: number;
  /** A segment that is older is closed with the next record. @default 3_600_000 */
  readonly maxSegmentMs: number;
  /**
   * How much may wait to be written. From half of it on, fewer requests are recorded, with a `keep`
   * that says so; when it is full, none. @default 33_554_432
   */
  readonly maxQueueBytes: number;
  /** How long a record waits for others, to be written with them. @default 50 */
  readonly flushMs: number;
}

const defaultLimits: DecisionLogLimits = {
  keep: 1,
  maxSegmentBytes: 64 * 1024 * 1024,
  maxSegmentMs: 3_600_000,
  maxQueueBytes: 32 * 1024 * 1024,
  flushMs: 50,
  maxAgeDays: Infinity,
  maxTotalBytes: Infinity,
};

/** Where a log is written, how much of each request, and within which limits. */
export interface DecisionLogSettings extends Partial<DecisionLogLimits> {
  /** The folder; created if it is not there. Several processes may write to the same one. */
  readonly directory: string;
  /** How much of a request is written. @default 'scores' */
  readonly level?: LogLevel;
  /** @default the system's clock */
  readonly clock?: RouterClock;
  /**
   * What requests are sampled with, where not all are kept. Its first number decides which of the ids
   * that callers give are kept: writers that share ids need the same one. @default seeded by the writer's
   * name, and the same in all writers for ids of callers
   */
  readonly random?: Random;
  /** Called with a record that could not be made or written. @default none */
  readonly onProblem?: (error: RoutesmithError) => void;
  /** Called when records are written again after a problem. @default none */
  readonly onRecovered?: () => void;
}

/** @throws RoutesmithError `usage` for a setting that is unknown or not possible */
export function resolveLogSettings(settings: DecisionLogSettings): {
  readonly level: LogLevel;
  readonly limits: DecisionLogLimits;
} {
  const {
    directory,
    level = 'scores',
    clock: _,
    random: __,
    onProblem: ___,
    onRecovered: ____,
    ...given
  } = settings;
  const limits = resolveNumbers('decision log', defaultLimits, given);
  if (limits.keep > 1) refuse('keep', 'must be at most 1');
  if (!logLevels.includes(level)) refuse('level', `must be ${logLevels.join(', ')}`);
  if (typeof directory !== 'string' || directory === '') refuse('directory', 'must be a path');
  return { level, limits };
}

function refuse(name: string, what: string): never {
  throw new RoutesmithError('usage', what, { where: `decision log, ${name}` });
}
