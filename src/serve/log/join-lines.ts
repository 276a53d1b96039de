import { findMisfit } from './decode-record.js';
import type { PlacedLine } from './read-segment.js';
import type {
  DecisionRecord,
  FeedbackRecord,
  LoggedPolicy,
  LogLevel,
  LogLine,
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

/** Joins the lines of one writer, in order; twice where too many decisions wait for what served them. */
export interface LineJoin {
  beginSegment(): void;
  /** @returns the requests that are complete with this line */
  accept(placed: PlacedLine): readonly LoggedRequest[];
  /** Those that nothing served, or that were in flight when the writer stopped. */
  end(): LoggedRequest[];
  /** Number of decisions to be found again by `acceptAgain`. */
  countPostponed(): number;
  /** Takes all lines once more, after `end`. @returns the postponed requests of this line */
  acceptAgain(placed: PlacedLine): readonly LoggedRequest[];
}

const noFeedback: readonly FeedbackRecord[] = [];

/**
 * Decisions in memory that wait for what served them. Of more, as where a list of prompts is decided
 * before it is sent, the oldest are postponed: their lines are read again when all outcomes are known.
 */
const maxPending = 10_000;

/** What is kept of a decision that is read again. */
interface Postponed {
  readonly id: string;
  readonly served: ServedRecord | undefined;
}

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
  /** By number. */
  const postponed = new Map<number, Postponed>();
  /** The numbers of those of an id for which nothing that served them is known. */
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

  /** Says what served a decision that waits, or that it waits no longer. */
  const settle = (id: string, n: number, served: ServedRecord | undefined): LoggedRequest[] => {
    const left = (numbersOf.get(id) ?? []).filter((one) => one !== n);
    if (left.length === 0) numbersOf.delete(id);
    else numbersOf.set(id, left);
    const request = pending.get(n);
    if (request === undefined) {
      postponed.set(n, { id, served: served ?? postponed.get(n)?.served });
      return [];
    }
    pending.delete(n);
    return [complete(request, served)];
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
    const earlier = pending.get(n)?.decision ?? postponed.get(n);
    if (earlier !== undefined) {
      noteProblem(totals, `${path}:${number}`, 'its number is that of an earlier decision');
    }
    const passed = earlier === undefined ? [] : settle(earlier.id, n, undefined);
    pending.set(n, request);
    numbersOf.set(id, [...(numbersOf.get(id) ?? []), n]);
    if (pending.size > maxPending) postponeOldest();
    return passed;
  };

  const postponeOldest = (): void => {
    for (const [n, { decision }] of pending) {
      pending.delete(n);
      postponed.set(n, { id: decision.id, served: undefined });
      return;
    }
  };

  const acceptServed = (served: ServedRecord): LoggedRequest[] => {
    totals.served += 1;
    const { id, decision } = served;
    const numbers = numbersOf.get(id) ?? [];
    if (decision === undefined) return acceptUnnumbered(served, numbers);
    if (numbers.includes(decision)) return settle(id, decision, served);
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
      return settle(served.id, first, served);
    }
    if (first === undefined && expected === 0) {
      totals.unmatchedServed += 1;
      return [];
    }
    totals.ambiguousServed += 1;
    const waiting = first === undefined ? [] : [first, ...others];
    expectedOf.set(served.id, expected + waiting.length - 1);
    return waiting.flatMap((n) => settle(served.id, n, undefined));
  };

  const acceptPostponed = (decision: DecisionRecord): LoggedRequest[] => {
    const known = postponed.get(decision.n);
    const policy = inForce.get(decision.policy);
    if (known?.id !== decision.id || policy === undefined) return [];
    if (findMisfit(decision, policy) !== undefined) return [];
    postponed.delete(decision.n);
    return [complete({ decision, policy, level }, known.served)];
  };

  const acceptHeader = (line: LogLine, text: string): void => {
    if (line.kind === 'segment') ({ level } = line);
    if (line.kind !== 'policy') return;
    const policy = policies.get(text) ?? line;
    policies.set(text, policy);
    inForce.set(line.policy, policy);
  };

  return {
    beginSegment: () => inForce.clear(),
    accept(placed) {
      const { line, text } = placed;
      acceptHeader(line, text);
      if (line.kind === 'decision') return acceptDecision(line, placed);
      return line.kind === 'served' ? acceptServed(line) : [];
    },
    end: () => Array.from(pending.values(), (request) => complete(request, undefined)),
    countPostponed: () => postponed.size,
    acceptAgain({ line, text }) {
      acceptHeader(line, text);
      return line.kind === 'decision' ? acceptPostponed(line) : [];
    },
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
