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
    const { line } = placed;
    switch (line.kind) {
      case 'segment':
        this.#level = line.level;
        return [];
      case 'policy': {
        const policy = this.#policies.get(placed.text) ?? line;
        this.#policies.set(placed.text, policy);
        this.#inForce.set(line.policy, policy);
        return [];
      }
      case 'decision':
        return this.#acceptDecision(line, placed);
      case 'served':
        return this.#acceptServed(line);
      default:
        return [];
    }
  }

  end(): LoggedRequest[] {
    return this.#waiting.list().map((request) => this.#complete(request));
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
    const passed: LoggedRequest[] = [];
    if (this.#waiting.has(decision.n)) {
      noteProblem(this.#totals, `${path}:${number}`, 'its number is that of an earlier decision');
      passed.push(this.#complete(this.#waiting.take(decision.n)));
    }
    this.#waiting.add(request);
    const surplus = this.#waiting.takeSurplus();
    if (surplus !== undefined) passed.push(this.#complete(surplus));
    return passed;
  }

  #acceptServed(served: ServedRecord): LoggedRequest[] {
    this.#totals.served += 1;
    const { id, decision } = served;
    const numbers = this.#waiting.numbersOf(id);
    if (decision === undefined) return this.#acceptUnnumbered(served, numbers);
    if (numbers.includes(decision)) return [this.#complete(this.#waiting.take(decision), served)];
    this.#totals.unmatchedServed += 1;
    return [];
  }

  /** Of several decisions that wait, such an outcome may be any one's: all are passed on without it. */
  #acceptUnnumbered(served: ServedRecord, numbers: readonly number[]): LoggedRequest[] {
    const [first] = numbers;
    const expected = this.#expectedOf.get(served.id) ?? 0;
    if (first !== undefined && numbers.length + expected === 1) {
      return [this.#complete(this.#waiting.take(first), served)];
    }
    if (first === undefined && expected === 0) {
      this.#totals.unmatchedServed += 1;
      return [];
    }
    this.#totals.ambiguousServed += 1;
    this.#expectedOf.set(served.id, expected + numbers.length - 1);
    return numbers.map((n) => this.#complete(this.#waiting.take(n)));
  }

  #complete(request: Waiting, served?: ServedRecord): LoggedRequest {
    const { decision, policy, level } = request;
    const feedback = takeFeedback(this.#feedback, this.#writer, decision);
    return { decision, policy, level, served, feedback };
  }
}

/** The decisions of a writer that wait for what served them. */
class WaitingDecisions {
  /** By number, the oldest first. */
  readonly #byNumber = new Map<number, Waiting>();
  readonly #numbersOf = new Map<string, readonly number[]>();

  has(n: number): boolean {
    return this.#byNumber.has(n);
  }

  /** The numbers of those of an id. */
  numbersOf(id: string): readonly number[] {
    return this.#numbersOf.get(id) ?? [];
  }

  list(): Waiting[] {
    return [...this.#byNumber.values()];
  }

  add(request: Waiting): void {
    const { id, n } = request.decision;
    this.#byNumber.set(n, request);
    this.#numbersOf.set(id, [...this.numbersOf(id), n]);
  }

  /** Takes a decision out, which has to be among them. */
  take(n: number): Waiting {
    const request = this.#byNumber.get(n) as Waiting;
    const { id } = request.decision;
    const left = this.numbersOf(id).filter((one) => one !== n);
    this.#byNumber.delete(n);
    if (left.length === 0) this.#numbersOf.delete(id);
    else this.#numbersOf.set(id, left);
    return request;
  }

  /** Takes the oldest one out where there are too many. */
  takeSurplus(): Waiting | undefined {
    if (this.#byNumber.size <= maxPending) return undefined;
    const [oldest] = this.#byNumber.keys();
    return this.take(oldest as number);
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
