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
  /** @returns the requests that are complete with this line */
  accept(placed: PlacedLine): readonly LoggedRequest[];
  /** Those that nothing served, or that were in flight when the writer stopped. */
  end(): LoggedRequest[];
}

const noFeedback: readonly FeedbackRecord[] = [];

/** Decisions that wait for what served them; more are passed on without it. */
const maxPending = 10_000;

/** Tells a decision apart from others of its id. */
export interface DecisionPlace {
  readonly at: string;
  readonly writer: string;
  /** Counts the records of the writer. */
  readonly n: number;
}

/** What a log says of the outcomes of its requests besides what served them. */
export interface LoggedFeedback {
  /** By id; what is joined is taken out. */
  readonly byId: Map<string, readonly FeedbackRecord[]>;
  /** The decisions of an id that has feedback and several decisions, in the order of `comparePlaces`. */
  readonly repeated: ReadonlyMap<string, readonly DecisionPlace[]>;
}

/**
 * Prepares to join the lines of a writer.
 *
 * @param writer its name
 * @param policies by the text of their line, of all writers
 */
export function createLineJoin(
  writer: string,
  { byId: feedback, repeated }: LoggedFeedback,
  policies: Map<string, LoggedPolicy>,
  totals: LogTotals,
): LineJoin {
  /** By number, the oldest first. */
  const pending = new Map<number, Waiting>();
  /** The numbers of those of an id. */
  const numbersOf = new Map<string, readonly number[]>();
  /** How many outcomes of an id may be to come of decisions that were passed on without one. */
  const expectedOf = new Map<string, number>();
  const inForce = new Map<number, LoggedPolicy>();
  let level: LogLevel = 'scores';

  const takeFeedback = ({ id, n }: DecisionRecord): readonly FeedbackRecord[] => {
    const said = feedback.size === 0 ? undefined : feedback.get(id);
    if (said === undefined) return noFeedback;
    const places = repeated.get(id);
    const isOwn = (place: DecisionPlace | undefined): boolean =>
      place?.writer === writer && place.n === n;
    const own =
      places === undefined ? said : said.filter((one) => isOwn(findDecided(places, one.at)));
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

  /** Takes a decision out of those that wait, which has to be among them. */
  const take = (n: number): Waiting => {
    const request = pending.get(n) as Waiting;
    const { id } = request.decision;
    const left = (numbersOf.get(id) ?? []).filter((one) => one !== n);
    pending.delete(n);
    if (left.length === 0) numbersOf.delete(id);
    else numbersOf.set(id, left);
    return request;
  };

  const acceptDecision = (
    decision: DecisionRecord,
    { path, number }: PlacedLine,
  ): LoggedRequest[] => {
    const policy = inForce.get(decision.policy);
    const problem =
      policy === undefined ? 'its policy is not in the segment' : findMisfit(decision, policy);
    if (policy === undefined || problem !== undefined) {
      noteProblem(totals, `${path}:${number}`, problem ?? '');
      return [];
    }
    totals.decisions += 1;
    const request = { decision, policy, level };
    if (!decision.awaitsServed) return [complete(request, undefined)];
    const { id, n } = decision;
    const passed: LoggedRequest[] = [];
    if (pending.has(n)) {
      noteProblem(totals, `${path}:${number}`, 'its number is that of an earlier decision');
      passed.push(complete(take(n), undefined));
    }
    pending.set(n, request);
    numbersOf.set(id, [...(numbersOf.get(id) ?? []), n]);
    if (pending.size > maxPending) {
      const [oldest] = pending.keys();
      passed.push(complete(take(oldest as number), undefined));
    }
    return passed;
  };

  const acceptServed = (served: ServedRecord): LoggedRequest[] => {
    totals.served += 1;
    const { id, decision } = served;
    const numbers = numbersOf.get(id) ?? [];
    if (decision === undefined) return acceptUnnumbered(served, numbers);
    if (numbers.includes(decision)) return [complete(take(decision), served)];
    totals.unmatchedServed += 1;
    return [];
  };

  /** Of several decisions that wait, such an outcome may be any one's: all are passed on without it. */
  const acceptUnnumbered = (
    served: ServedRecord,
    [first, ...others]: readonly number[],
  ): LoggedRequest[] => {
    const expected = expectedOf.get(served.id) ?? 0;
    if (first !== undefined && others.length + expected === 0) {
      return [complete(take(first), served)];
    }
    if (first === undefined && expected === 0) {
      totals.unmatchedServed += 1;
      return [];
    }
    totals.ambiguousServed += 1;
    const waiting = first === undefined ? [] : [first, ...others];
    expectedOf.set(served.id, expected + waiting.length - 1);
    return waiting.map((n) => complete(take(n), undefined));
  };

  return {
    beginSegment: () => inForce.clear(),
    accept(placed) {
      const { line } = placed;
      switch (line.kind) {
        case 'segment':
          ({ level } = line);
          return [];
        case 'policy': {
          const policy = policies.get(placed.text) ?? line;
          policies.set(placed.text, policy);
          inForce.set(line.policy, policy);
          return [];
        }
        case 'decision':
          return acceptDecision(line, placed);
        case 'served':
          return acceptServed(line);
        default:
          return [];
      }
    },
    end: () => Array.from(pending.values(), (request) => complete(request, undefined)),
  };
}

/** The decision that feedback of a time is about: the last one before it. */
function findDecided(places: readonly DecisionPlace[], at: string): DecisionPlace | undefined {
  return places.findLast((decided) => decided.at <= at) ?? places[0];
}

/** By time; of the same millisecond, in the order of the writer. */
export function comparePlaces(a: DecisionPlace, b: DecisionPlace): number {
  return compareTexts(a.at, b.at) || compareTexts(a.writer, b.writer) || a.n - b.n;
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
