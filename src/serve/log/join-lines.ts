import { findMisfit } from './decode-record.js';
import type { PlacedLine } from './read-segment.js';
import type {
  DecisionRecord,
  FeedbackRecord,
  LoggedPolicy,
  LogLevel,
  ServedRecord,
} from './record.js';
import { noteProblem, type LogTotals } from './log-totals.js';

/** A decision with all that is known of its outcome. */
export interface LoggedRequest {
  readonly decision: DecisionRecord;
  /** The policy in force. Equal ones are the same object. */
  readonly policy: LoggedPolicy;
  readonly level: LogLevel;
  /** Undefined where it was not recorded. */
  readonly served: ServedRecord | undefined;
  /** By time; repeated reports are all here. */
  readonly feedback: readonly FeedbackRecord[];
}

type Waiting = Omit<LoggedRequest, 'served' | 'feedback'>;

/** Joins the lines of one writer, in order. */
export interface LineJoin {
  beginSegment(): void;
  /** @returns a request that is complete with this line */
  accept(placed: PlacedLine): LoggedRequest | undefined;
  /** Those that nothing served, or that were in flight when the writer stopped. */
  end(): LoggedRequest[];
}

const noFeedback: readonly FeedbackRecord[] = [];

/** Decisions that wait for what served them; more are passed on without it. */
const maxPending = 10_000;

/** What a log says of the outcomes of its requests besides what served them. */
export interface LoggedFeedback {
  /** By id; what is joined is taken out. */
  readonly byId: Map<string, readonly FeedbackRecord[]>;
  /**
   * The times of the decisions of an id that has feedback and several decisions, ascending. Of equal ones,
   * the last is kept while the decisions are joined.
   */
  readonly repeated: ReadonlyMap<string, string[]>;
}

/**
 * Prepares to join the lines of a writer.
 *
 * @param policies by the text of their line, of all writers
 */
export function createLineJoin(
  { byId: feedback, repeated }: LoggedFeedback,
  policies: Map<string, LoggedPolicy>,
  totals: LogTotals,
): LineJoin {
  /** The oldest first. */
  const pending = new Map<string, Waiting>();
  const inForce = new Map<number, LoggedPolicy>();
  let level: LogLevel = 'scores';

  const takeFeedback = ({ id, at }: DecisionRecord): readonly FeedbackRecord[] => {
    const said = feedback.size === 0 ? undefined : feedback.get(id);
    if (said === undefined) return noFeedback;
    const times = repeated.get(id);
    if (times !== undefined && times.indexOf(at) !== times.lastIndexOf(at)) {
      // Another one of the same millisecond is to come.
      times.splice(times.indexOf(at), 1);
      return noFeedback;
    }
    const own =
      times === undefined ? said : said.filter((one) => findDecided(times, one.at) === at);
    const others = said.filter((one) => !own.includes(one));
    if (others.length === 0) feedback.delete(id);
    else feedback.set(id, others);
    // Of one writer, they are in order already.
    return own.length < 2 ? own : [...own].sort((a, b) => compareTexts(a.at, b.at));
  };

  const complete = (
    { decision, policy, level: loggedAt }: Waiting,
    served: ServedRecord | undefined,
  ): LoggedRequest => ({
    decision,
    policy,
    level: loggedAt,
    served,
    feedback: takeFeedback(decision),
  });

  const acceptDecision = (
    decision: DecisionRecord,
    { path, number }: PlacedLine,
  ): LoggedRequest | undefined => {
    const policy = inForce.get(decision.policy);
    const problem =
      policy === undefined ? 'its policy is not in the segment' : findMisfit(decision, policy);
    if (policy === undefined || problem !== undefined) {
      noteProblem(totals, `${path}:${number}`, problem ?? '');
      return undefined;
    }
    totals.decisions += 1;
    const request = { decision, policy, level };
    if (!decision.awaitsServed) return complete(request, undefined);
    const earlier = pending.get(decision.id);
    pending.delete(decision.id);
    pending.set(decision.id, request);
    if (earlier !== undefined) {
      noteProblem(totals, `${path}:${number}`, 'its id is that of an earlier decision');
      // What served the id later is given to the later one, as of a request that was sent again. If
      // both are still in flight, nobody can tell whose outcome it is; of reports, their times do.
      return complete(earlier, undefined);
    }
    if (pending.size <= maxPending) return undefined;
    const [id, oldest] = pending.entries().next().value as [string, Waiting];
    pending.delete(id);
    return complete(oldest, undefined);
  };

  const acceptServed = (served: ServedRecord): LoggedRequest | undefined => {
    totals.served += 1;
    const request = pending.get(served.id);
    if (request === undefined) {
      totals.unmatchedServed += 1;
      return undefined;
    }
    pending.delete(served.id);
    return complete(request, served);
  };

  return {
    beginSegment: () => inForce.clear(),
    accept(placed) {
      const { line } = placed;
      switch (line.kind) {
        case 'segment':
          ({ level } = line);
          return undefined;
        case 'policy': {
          const policy = policies.get(placed.text) ?? line;
          policies.set(placed.text, policy);
          inForce.set(line.policy, policy);
          return undefined;
        }
        case 'decision':
          return acceptDecision(line, placed);
        case 'served':
          return acceptServed(line);
        default:
          return undefined;
      }
    },
    end: () => Array.from(pending.values(), (request) => complete(request, undefined)),
  };
}

/** When the request was decided that feedback of a time is about: the last one before it. */
function findDecided(times: readonly string[], at: string): string | undefined {
  return times.findLast((decided) => decided <= at) ?? times[0];
}

export function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
