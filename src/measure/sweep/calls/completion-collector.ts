import type { JsonValue } from '../../../util/json.js';
import type { Usage } from '../../../llm/usage.js';
import type { CallFailure, CallResult } from './call-result.js';
import { createFailure } from './classify-failure.js';
import { createToolCallCollector, type ToolCallDelta } from './tool-call-deltas.js';

/** What the end of a stream says of the tokens. */
export interface StreamUsage {
  readonly usage: Usage | null;
  readonly rawUsage: JsonValue;
  /** The charge that the provider reports itself. */
  readonly costUsd?: number | undefined;
}

/**
 * The state of one streamed completion that all protocols share: its parts, its clocks and how it
 * ended. What a provider's events mean is the business of its own stream.
 */
export interface CompletionCollector {
  /** Adds text of the answer; empty text says nothing and starts no clock. */
  addText(text: string): void;
  /** Adds text of a refusal through a field of its own. */
  addRefusal(text: string): void;
  /** Notes reasoning: it starts the clock of the first token and is no part of the answer. */
  noteReasoning(text: string): void;
  addToolCall(delta: ToolCallDelta): void;
  noteServed(
    model: JsonValue | undefined,
    provider?: JsonValue | undefined,
    fingerprint?: JsonValue | undefined,
  ): void;
  /** Why the model stopped, in OpenAI's words. */
  finish(reason: string): void;
  /** The protocol's own end of the stream: nothing after it counts. */
  end(): void;
  /** Gives the stream up; the first failure counts, and none after the end. */
  fail(failure: CallFailure): void;
  /** True as soon as no further event can change the result. */
  readonly ended: boolean;
  /** The result, given that the stream is over. */
  result(usage: StreamUsage): CallResult;
}

/**
 * Creates the state of one completion.
 *
 * @param elapsedMs milliseconds since the request was sent
 */
export function createCompletionCollector(elapsedMs: () => number): CompletionCollector {
  const toolCalls = createToolCallCollector();
  let text = '';
  let refusal = '';
  let isRefused = false;
  let finishReason: string | null = null;
  let servedModel: string | null = null;
  let servedProvider: string | null = null;
  let fingerprint: string | null = null;
  let ttftMs: number | null = null;
  let firstContentMs: number | null = null;
  let endedMs: number | undefined;
  let failure: CallFailure | undefined;

  function noteContent(): void {
    if (firstContentMs !== null) return;
    firstContentMs = elapsedMs();
    ttftMs ??= firstContentMs;
  }

  return {
    addText(more) {
      if (more === '') return;
      text += more;
      noteContent();
    },
    addRefusal(more) {
      if (more === '') return;
      refusal += more;
      isRefused = true;
      noteContent();
    },
    noteReasoning(more) {
      if (more !== '') ttftMs ??= elapsedMs();
    },
    addToolCall(delta) {
      if (toolCalls.accept(delta)) noteContent();
    },
    noteServed(model, provider, print) {
      if (typeof model === 'string') servedModel ??= model;
      if (typeof provider === 'string') servedProvider ??= provider;
      if (typeof print === 'string') fingerprint ??= print;
    },
    finish(reason) {
      finishReason = reason;
    },
    end() {
      endedMs ??= elapsedMs();
    },
    fail(reason) {
      if (endedMs === undefined) failure ??= reason;
    },
    get ended() {
      return endedMs !== undefined || failure !== undefined;
    },
    result({ usage, rawUsage, costUsd }) {
      if (failure !== undefined) return { kind: 'failed', failure };
      if (endedMs === undefined && finishReason === null) {
        return failStream('network', 'the stream ended before the completion did');
      }
      if (finishReason === 'error') {
        const message = 'the provider ended the completion with an error it does not name';
        return failStream('server_error', message);
      }
      return {
        kind: 'completed',
        answer: [text || refusal, toolCalls.answer()].filter((part) => part !== '').join('\n'),
        refused: isRefused || finishReason === 'refusal',
        finishReason,
        usage,
        rawUsage,
        ...(costUsd === undefined ? {} : { costUsd }),
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

function failStream(failureClass: 'network' | 'server_error', message: string): CallResult {
  return { kind: 'failed', failure: createFailure(failureClass, { message, mayBeCharged: true }) };
}
