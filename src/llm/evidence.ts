import { findJsonExcess } from '../util/parse-json.js';
import { makeSafe, type Failure } from './failure.js';
import { findEnding, isModelFault, type Ending } from './finish-reason.js';
import type { Conclusion, ReadContext, StreamEvent } from './types.js';

/**
 * What speaks for a response being a whole answer. It is one only if a choice arrived and ended with
 * a finish reason that is known to mean a normal end; the protocol's own end stands in for a reason
 * that a server never sends, if there is content. Everything else has failed.
 */
export interface Evidence {
  /**
   * Notes a choice (or Anthropic's message) with its finish reason, null if it names none.
   *
   * @param isGoingOn whether it says that the choice goes on, so that an end would come too early
   */
  noteChoice(choice: number, reason: string | null, isGoingOn?: boolean): void;
  note(event: StreamEvent): void;
  /** The protocol's own end. */
  mark(): void;
  fail(failure: Failure): void;
  /** Whether nothing can change the conclusion any more. */
  isOver(): boolean;
  conclude(): Conclusion;
}

/** What is an answer by itself. */
const answerKinds: ReadonlySet<StreamEvent['kind']> = new Set([
  'text',
  'media',
  'refusal',
  'tool_call',
]);

/**
 * Concludes how an answer ended from its finish reason.
 *
 * @param reason as the provider spells it; null if there is none
 * @param unsaid what an answer without one is taken for, if it is taken for whole
 */
export function concludeBy(reason: string | null, hasAnswer: boolean, unsaid?: Ending): Conclusion {
  const ending = reason === null ? unsaid : findEnding(reason);
  if (ending !== undefined) return { kind: 'answered', ending, finishReason: reason, hasAnswer };
  if (reason === null) return failed('truncated', 'the completion ended without a finish reason');
  if (!isModelFault(reason)) return failed('server_error', 'the completion was interrupted');
  const detail = 'the model wrote a call of a tool, or an answer, that cannot be read';
  return failed('malformed', detail, { isModelFault: true });
}

function failed(
  failureClass: Failure['class'],
  detail: string,
  more: Pick<Failure, 'isModelFault'> = {},
): Extract<Conclusion, { kind: 'failed' }> {
  return { kind: 'failed', failure: { class: failureClass, status: null, detail, ...more } };
}

/** Creates the evidence of one response. */
export function createEvidence({ secrets }: Pick<ReadContext, 'secrets'>): Evidence {
  /** The finish reason of each choice; null before it names one. */
  const reasons = new Map<number, string | null>();
  let hasContent = false;
  let hasAnswer = false;
  let isWorking = false;
  let isMarked = false;
  let failure: Failure | undefined;
  /** Null was said where a reason would be: then an empty one is not this server's null. */
  let saysNull = false;
  /** Whether each choice said last that it goes on. */
  const goingOn = new Map<number, boolean>();
  let chunks = 0;
  /** The arguments of each tool call. */
  const argumentTexts = new Map<string, string>();

  function findArgumentExcess(): string | undefined {
    for (const text of argumentTexts.values()) {
      const excess = findJsonExcess(text);
      if (excess !== undefined) return excess;
    }
    return undefined;
  }

  return {
    noteChoice(choice, reason, isGoingOn = false) {
      chunks += 1;
      goingOn.set(choice, isGoingOn);
      saysNull ||= reason === null;
      const known = reasons.get(choice);
      // Later pieces may repeat null or the empty text after the reason, or add a "stop": an
      // interruption or a cut that has been reported stays one.
      const isOpen = known === undefined || known === null || known === '';
      const isNews = isOpen
        ? known === undefined || reason !== null
        : reason !== null && reason !== '' && findEnding(known) === 'complete';
      if (isNews) reasons.set(choice, reason);
    },
    note(event) {
      const { kind } = event;
      if (kind === 'tool_call' && event.argumentText !== '') {
        const call = `${event.choice} ${event.call}`;
        argumentTexts.set(call, (argumentTexts.get(call) ?? '') + event.argumentText);
      }
      if (answerKinds.has(kind)) hasAnswer = true;
      // Reasoning that is not shown, or the provider's tools.
      if (kind === 'working') isWorking = true;
      if (hasAnswer || kind === 'reasoning') hasContent = true;
    },
    mark() {
      isMarked = true;
    },
    fail(reason) {
      if (!isMarked) failure ??= reason;
    },
    isOver: () => isMarked || failure !== undefined,
    conclude() {
      if (failure !== undefined) return { kind: 'failed', failure };
      if (reasons.size === 0) {
        return isMarked
          ? failed('malformed', 'the response holds no choice')
          : failed('truncated', 'the stream ended before the completion did');
      }
      const isNull = (reason: string | null): boolean =>
        reason === null || (reason === '' && !saysNull && chunks > 1);
      for (const [choice, reason] of reasons) {
        if (!reason && (!isMarked || goingOn.get(choice) === true)) {
          return failed('truncated', 'the stream ended before the completion did');
        }
      }
      const reason = reasons.get(0);
      if (reason === undefined) return failed('malformed', 'the response holds no first choice');
      const excess = findArgumentExcess();
      if (excess !== undefined) return failed('malformed', `the JSON of a tool call ${excess}`);
      const known = isNull(reason) ? null : reason;
      const conclusion = concludeBy(known, hasAnswer, hasContent ? 'complete' : undefined);
      if (conclusion.kind === 'answered') {
        return { ...conclusion, hasOutput: hasContent || isWorking };
      }
      if (known === null) return conclusion;
      const providerMessage = makeSafe(`finish reason "${known}"`, secrets);
      return { kind: 'failed', failure: { ...conclusion.failure, providerMessage } };
    },
  };
}
