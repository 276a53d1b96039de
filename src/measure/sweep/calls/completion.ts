import { tryParseJson } from '../../../util/parse-json.js';
import type { JsonObject, JsonValue } from '../../../util/json.js';
import type { Failure } from '../../../llm/failure.js';
import { readProviderError } from '../../../llm/provider-error.js';
import { settleRefusal } from '../../../llm/refusal-charge.js';
import type { Conclusion, Protocol, StreamEvent, ToolCallPiece } from '../../../llm/types.js';
import { toOpenAiFinishReason } from '../../../llm/finish-reason.js';
import type { CallResult, CompletedCall } from './call-result.js';
import { buildCallFailure, type CallFailure, toCallFailure } from './call-failure.js';

/** What was asked, and of whom. */
export interface AskedContext {
  /** The limit of the answer that the request gave. */
  readonly tokenLimit?: number | undefined;
  /** Whether the server does not bill refusals without output. */
  readonly hasFreeRefusals?: boolean | undefined;
}

/** Folds the events of one response into a completion, with its timings. Only the first choice counts. */
export class CompletionFold {
  readonly #elapsedMs: () => number;
  readonly #readUsage: Protocol['readUsage'];
  readonly #tokenLimit: number | undefined;
  readonly #hasFreeRefusals: boolean;
  #text = '';
  #refusal = '';
  #hasMedia = false;
  /** Created on demand, because most completions call no tool. */
  #calls: { name: string; argumentText: string }[] | undefined;
  #rawUsage: JsonObject | null = null;
  #served: Pick<CompletedCall, 'servedModel' | 'servedProvider' | 'fingerprint'> = {
    servedModel: null,
    servedProvider: null,
    fingerprint: null,
  };
  #ttftMs: number | null = null;
  #firstContentMs: number | null = null;
  #endedMs: number | undefined;

  /**
   * @param elapsedMs milliseconds since the request was sent
   * @param readUsage reads the protocol's usage
   */
  constructor(
    elapsedMs: () => number,
    readUsage: Protocol['readUsage'],
    { tokenLimit, hasFreeRefusals = false }: AskedContext,
  ) {
    this.#elapsedMs = elapsedMs;
    this.#readUsage = readUsage;
    this.#tokenLimit = tokenLimit;
    this.#hasFreeRefusals = hasFreeRefusals;
  }

  accept(event: StreamEvent): void {
    if ('choice' in event && event.choice !== 0) return;
    switch (event.kind) {
      case 'text':
        this.#text += event.text;
        this.#noteContent();
        return;
      case 'refusal':
        this.#refusal += event.text;
        this.#noteContent();
        return;
      case 'reasoning':
        this.#ttftMs ??= this.#elapsedMs();
        return;
      case 'media':
        this.#hasMedia = true;
        this.#noteContent();
        return;
      case 'tool_call':
        this.#addToolCall(event);
        this.#noteContent();
        return;
      case 'usage':
        this.#rawUsage = event.rawUsage;
        return;
      case 'served': {
        const { servedModel, servedProvider, fingerprint } = this.#served;
        this.#served = {
          servedModel: servedModel ?? event.model,
          servedProvider: servedProvider ?? event.provider,
          fingerprint: fingerprint ?? event.fingerprint,
        };
        return;
      }
      case 'end':
        this.#endedMs ??= this.#elapsedMs();
        return;
      default:
      // Finish reasons and failures are in the conclusion.
    }
  }

  /** The result, given how the response ended. */
  result(conclusion: Conclusion): CallResult {
    const isFailed = conclusion.kind === 'failed';
    if (isFailed && conclusion.failure.isModelFault !== true) {
      return { kind: 'failed', failure: toCallFailure(conclusion.failure, this.#tokenLimit) };
    }
    // A mistake of the model is its answer: left out, its worst answers would be missing.
    const { ending, finishReason } = isFailed
      ? ({ ending: findFaultyEnding(conclusion.failure), finishReason: null } as const)
      : conclusion;
    if (ending === 'paused') return { kind: 'failed', failure: pausedTurn() };
    const texts = [this.#text || this.#refusal, formatToolCalls(this.#calls)];
    const answer = texts.filter((text) => text !== '').join('\n');
    if (this.#hasMedia && answer === '') return { kind: 'failed', failure: unreadableMedia() };
    return {
      kind: 'completed',
      answer,
      ending: this.#refusal !== '' ? 'refused' : ending,
      finishReason: finishReason === null ? null : toOpenAiFinishReason(finishReason),
      tokens: settleRefusal(this.#readUsage(this.#rawUsage), conclusion, this.#hasFreeRefusals),
      rawUsage: this.#rawUsage,
      ttftMs: this.#ttftMs,
      firstContentMs: this.#firstContentMs,
      latencyMs: this.#endedMs ?? this.#elapsedMs(),
      ...this.#served,
    };
  }

  #noteContent(): void {
    if (this.#firstContentMs !== null) return;
    this.#firstContentMs = this.#elapsedMs();
    this.#ttftMs ??= this.#firstContentMs;
  }

  #addToolCall({ call, name, argumentText }: ToolCallPiece): void {
    this.#calls ??= [];
    const known = (this.#calls[call] ??= { name: '', argumentText: '' });
    known.name += name;
    known.argumentText += argumentText;
  }
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
