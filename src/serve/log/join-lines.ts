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

/**
 * Decisions in memory that wait for what served them. Of more, as where a list of prompts is decided
 * before it is sent, the oldest are postponed: their lines are read again when all outcomes are known.
 */
const maxWaiting = 10_000;

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
  feedback: LoggedFeedback,
  policies: Map<string, LoggedPolicy>,
  totals: LogTotals,
): LineJoin {
  return new WriterJoin(writer, feedback, policies, totals);
}

class WriterJoin implements LineJoin {
  readonly #writer: string;
  readonly #feedback: LoggedFeedback;
  readonly #policies: Map<string, LoggedPolicy>;
  readonly #totals: LogTotals;
  readonly #waiting = new WaitingDecisions();
  /** How many outcomes of an id may be to come of decisions that were passed on without one. */
  readonly #expectedOf = new Map<string, number>();
  /** Of the segment, by number. */
  readonly #inForce = new Map<number, LoggedPolicy>();
  #level: LogLevel = 'scores';

  constructor(
    writer: string,
    feedback: LoggedFeedback,
    policies: Map<string, LoggedPolicy>,
    totals: LogTotals,
  ) {
    this.#writer = writer;
    this.#feedback = feedback;
    this.#policies = policies;
    this.#totals = totals;
  }

  beginSegment(): void {
    this.#inForce.clear();
  }

  accept(placed: PlacedLine): readonly LoggedRequest[] {
    const { line, text } = placed;
    this.#acceptHeader(line, text);
    if (line.kind === 'decision') return this.#acceptDecision(line, placed);
    return line.kind === 'served' ? this.#acceptServed(line) : [];
  }

  end(): LoggedRequest[] {
    return this.#waiting.list().map((request) => this.#complete(request));
  }

  countPostponed(): number {
    return this.#waiting.countPostponed();
  }

  acceptAgain({ line, text }: PlacedLine): readonly LoggedRequest[] {
    this.#acceptHeader(line, text);
    if (line.kind !== 'decision') return [];
    const policy = this.#inForce.get(line.policy);
    if (policy === undefined || findMisfit(line, policy) !== undefined) return [];
    const postponed = this.#waiting.takePostponed(line);
    if (postponed === undefined) return [];
    return [this.#complete({ decision: line, policy, level: this.#level }, postponed.served)];
  }

  /** Keeps what the decisions that follow rest on. */
  #acceptHeader(line: LogLine, text: string): void {
    if (line.kind === 'segment') this.#level = line.level;
    if (line.kind !== 'policy') return;
    const policy = this.#policies.get(text) ?? line;
    this.#policies.set(text, policy);
    this.#inForce.set(line.policy, policy);
  }

  #acceptDecision(decision: DecisionRecord, { path, number }: PlacedLine): LoggedRequest[] {
    const policy = this.#inForce.get(decision.policy);
    const problem =
      policy === undefined ? 'its policy is not in the segment' : findMisfit(decision, policy);
    if (policy === undefined || problem !== undefined) {
      noteProblem(this.#totals, `${path}:${number}`, problem ?? '');
      return [];
    }
    this.#totals.decisions += 1;
    const request = { decision, policy, level: this.#level };
    if (!decision.awaitsServed) return [this.#complete(request)];
    const earlier = this.#waiting.findId(decision.n);
    if (earlier !== undefined) {
      noteProblem(this.#totals, `${path}:${number}`, 'its number is that of an earlier decision');
    }
    const passed = earlier === undefined ? [] : this.#settle(earlier, decision.n);
    this.#waiting.add(request);
    return passed;
  }

  #acceptServed(served: ServedRecord): LoggedRequest[] {
    this.#totals.served += 1;
    const { id, decision } = served;
    const numbers = this.#waiting.numbersOf(id);
    if (decision === undefined) return this.#acceptUnnumbered(served, numbers);
    if (numbers.includes(decision)) return this.#settle(id, decision, served);
    this.#totals.unmatchedServed += 1;
    return [];
  }

  /** Of several decisions that wait, such an outcome may be any one's: all are passed on without it. */
  #acceptUnnumbered(served: ServedRecord, numbers: readonly number[]): LoggedRequest[] {
    const [first] = numbers;
    const expected = this.#expectedOf.get(served.id) ?? 0;
    if (first !== undefined && numbers.length + expected === 1) {
      return this.#settle(served.id, first, served);
    }
    if (first === undefined && expected === 0) {
      this.#totals.unmatchedServed += 1;
      return [];
    }
    this.#totals.ambiguousServed += 1;
    this.#expectedOf.set(served.id, expected + numbers.length - 1);
    return numbers.flatMap((n) => this.#settle(served.id, n));
  }

  /** Says what served a decision that waits, or that it waits no longer. */
  #settle(id: string, n: number, served?: ServedRecord): LoggedRequest[] {
    const request = this.#waiting.settle(id, n, served);
    return request === undefined ? [] : [this.#complete(request, served)];
  }

  #complete(request: Waiting, served?: ServedRecord): LoggedRequest {
    const { decision, policy, level } = request;
    const feedback = takeFeedback(this.#feedback, this.#writer, decision);
    return { decision, policy, level, served, feedback };
  }
}

/** What is kept of a decision whose line is read again. */
interface Postponed {
  readonly id: string;
  readonly served: ServedRecord | undefined;
}

/** The decisions of a writer that wait for what served them. */
class WaitingDecisions {
  /** By number, the oldest first. */
  readonly #byNumber = new Map<number, Waiting>();
  /** By number. */
  readonly #postponed = new Map<number, Postponed>();
  readonly #numbersOf = new Map<string, readonly number[]>();

  /** The id of the decision of a number, also of one that is postponed. */
  findId(n: number): string | undefined {
    return this.#byNumber.get(n)?.decision.id ?? this.#postponed.get(n)?.id;
  }

  /** The numbers of those of an id of which nothing that served them is known. */
  numbersOf(id: string): readonly number[] {
    return this.#numbersOf.get(id) ?? [];
  }

  list(): Waiting[] {
    return [...this.#byNumber.values()];
  }

  countPostponed(): number {
    return this.#postponed.size;
  }

  /** Adds a decision; of too many, the oldest is postponed. */
  add(request: Waiting): void {
    const { id, n } = request.decision;
    this.#byNumber.set(n, request);
    this.#numbersOf.set(id, [...this.numbersOf(id), n]);
    if (this.#byNumber.size <= maxWaiting) return;
    const [oldest = request] = this.#byNumber.values();
    this.#byNumber.delete(oldest.decision.n);
    this.#postponed.set(oldest.decision.n, { id: oldest.decision.id, served: undefined });
  }

  /** Takes a decision out; of one that is postponed, keeps what served it. */
  settle(id: string, n: number, served: ServedRecord | undefined): Waiting | undefined {
    const left = this.numbersOf(id).filter((one) => one !== n);
    if (left.length === 0) this.#numbersOf.delete(id);
    else this.#numbersOf.set(id, left);
    const request = this.#byNumber.get(n);
    if (request === undefined) {
      this.#postponed.set(n, { id, served: served ?? this.#postponed.get(n)?.served });
    }
    this.#byNumber.delete(n);
    return request;
  }

  /** Takes out what is kept of a postponed decision whose line comes again. */
  takePostponed({ id, n }: DecisionRecord): Postponed | undefined {
    const postponed = this.#postponed.get(n);
    if (postponed?.id !== id) return undefined;
    this.#postponed.delete(n);
    return postponed;
  }
}

const noFeedback: readonly FeedbackRecord[] = [];

/** Takes the feedback on a decision out of that of its id. */
function takeFeedback(
  { byId, repeated }: LoggedFeedback,
  writer: string,
  { id, n }: DecisionRecord,
): readonly FeedbackRecord[] {
  const said = byId.get(id);
  if (said === undefined) return noFeedback;
  const places = repeated.get(id);
  const isOwn = (place: DecisionPlace | undefined): boolean =>
    place?.writer === writer && place.n === n;
  const own =
    places === undefined ? said : said.filter((one) => isOwn(findDecided(places, one.at)));
  const others = said.filter((one) => !own.includes(one));
  if (others.length === 0) byId.delete(id);
  else byId.set(id, others);
  // Of one writer, they are in order already.
  return own.length < 2 ? own : [...own].sort((a, b) => compareTexts(a.at, b.at));
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
