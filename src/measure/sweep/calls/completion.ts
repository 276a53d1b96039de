import { tryParseJson } from '../../../util/parse-json.js';
import type { JsonObject, JsonValue } from '../../../util/json.js';
import type { Failure } from '../../../llm/failure.js';
import { readProviderError } from '../../../llm/provider-error.js';
import type { TokenUsage } from '../../../llm/usage.js';
import type { Conclusion, StreamEvent, ToolCallPiece } from '../../../llm/types.js';
import { toOpenAiFinishReason } from '../../../llm/finish-reason.js';
import type { CallResult } from './call-result.js';
import { buildCallFailure, type CallFailure, toCallFailure } from './call-failure.js';

/** Folds the events of one response into a completion, with its timings. */
export interface CompletionFold {
  accept(event: StreamEvent): void;
  /** The result, given how the response ended. */
  result(conclusion: Conclusion): CallResult;
}

/**
 * Creates the fold of one completion. Of several choices only the first counts.
 *
 * @param elapsedMs milliseconds since the request was sent
 * @param readUsage reads the protocol's usage
 */
export function createCompletionFold(
  elapsedMs: () => number,
  readUsage: (rawUsage: JsonValue | undefined) => TokenUsage,
): CompletionFold {
  let text = '';
  let refusal = '';
  let hasMedia = false;
  /** Created on demand, because most completions call no tool. */
  let calls: { name: string; argumentText: string }[] | undefined;
  let rawUsage: JsonObject | null = null;
  let servedModel: string | null = null;
  let servedProvider: string | null = null;
  let fingerprint: string | null = null;
  let ttftMs: number | null = null;
  let firstContentMs: number | null = null;
  let endedMs: number | undefined;

  function noteContent(): void {
    if (firstContentMs !== null) return;
    firstContentMs = elapsedMs();
    ttftMs ??= firstContentMs;
  }

  function addToolCall({ call, name, argumentText }: ToolCallPiece): void {
    calls ??= [];
    const known = (calls[call] ??= { name: '', argumentText: '' });
    known.name += name;
    known.argumentText += argumentText;
  }

  return {
    accept(event) {
      if ('choice' in event && event.choice !== 0) return;
      switch (event.kind) {
        case 'text':
          text += event.text;
          noteContent();
          return;
        case 'refusal':
          refusal += event.text;
          noteContent();
          return;
        case 'reasoning':
          ttftMs ??= elapsedMs();
          return;
        case 'media':
          hasMedia = true;
          noteContent();
          return;
        case 'tool_call':
          addToolCall(event);
          noteContent();
          return;
        case 'usage':
          rawUsage = event.rawUsage;
          return;
        case 'served':
          servedModel ??= event.model;
          servedProvider ??= event.provider;
          fingerprint ??= event.fingerprint;
          return;
        case 'end':
          endedMs ??= elapsedMs();
          return;
        default:
        // Finish reasons and failures are in the conclusion.
      }
    },
    result(conclusion) {
      const isModelFault = conclusion.kind === 'failed' && conclusion.failure.isModelFault === true;
      if (conclusion.kind === 'failed' && !isModelFault) {
        return { kind: 'failed', failure: toCallFailure(conclusion.failure) };
      }
      // A mistake of the model is its answer: left out, its worst answers would be missing.
      const { ending, finishReason } =
        conclusion.kind === 'failed'
          ? ({ ending: findFaultyEnding(conclusion.failure), finishReason: null } as const)
          : conclusion;
      if (ending === 'paused') return { kind: 'failed', failure: pausedTurn() };
      const answer = [text || refusal, formatToolCalls(calls)].filter((part) => part !== '');
      if (hasMedia && answer.length === 0) return { kind: 'failed', failure: unreadableMedia() };
      return {
        kind: 'completed',
        answer: answer.join('\n'),
        ending: refusal !== '' ? 'refused' : ending,
        finishReason: finishReason === null ? null : toOpenAiFinishReason(finishReason),
        tokens: readUsage(rawUsage),
        rawUsage,
        ttftMs,
        firstContentMs,
        latencyMs: endedMs ?? elapsedMs(),
        servedModel,
        servedProvider,
        fingerprint,
      };
    },
  };
}

function findFaultyEnding({ isTokenLimit }: Failure): 'truncated' | 'malformed' {
  return isTokenLimit === true ? 'truncated' : 'malformed';
}

/** A sweep sends no answer back, so that the model never comes to its own. */
function pausedTurn(): CallFailure {
  const message = "the turn was paused for the provider's tools or a summary";
  return buildCallFailure('server_error', { message, mayBeCharged: true });
}

/** Graders read text. Without any, the answer would be taken for an empty one, of quality 0. */
function unreadableMedia(): CallFailure {
  const message = 'the answer is audio or images without text, which no grader reads';
  return buildCallFailure('unsupported', { message, mayBeCharged: true });
}

/** What the model wrote, where an error says that it cannot be read as the call of a tool (Groq). */
export function readFailedGeneration(body: JsonValue, { isTokenLimit }: Failure): StreamEvent[] {
  const { failedGeneration: text } = readProviderError(body);
  return text === '' || isTokenLimit === true ? [] : [{ kind: 'text', text, choice: 0 }];
}

/** Tool calls as JSON, `{"tool_calls":[{"name":...,"arguments":...}]}`; empty if there are none. */
function formatToolCalls(
  calls: readonly { readonly name: string; readonly argumentText: string }[] | undefined,
): string {
  if (calls === undefined) return '';
  return JSON.stringify({
    tool_calls: calls.map(({ name, argumentText }) => ({
      name,
      arguments: parseArguments(argumentText),
    })),
  });
}

/** Parses tool arguments. Invalid JSON is kept as text; empty text becomes `{}`. */
function parseArguments(text: string): unknown {
  if (text.trim() === '') return {};
  const value = tryParseJson(text);
  return value === undefined ? text : value;
}
