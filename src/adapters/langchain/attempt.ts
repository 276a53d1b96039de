import type { BaseLanguageModelInput } from '@langchain/core/language_models/base';
import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import {
  convertToChunk,
  isAIMessage,
  type AIMessage,
  type AIMessageChunk,
  type BaseMessage,
  type ToolCallChunk,
} from '@langchain/core/messages';
import type { Runnable } from '@langchain/core/runnables';
import type { Capabilities } from '../../llm/price.js';
import { joinText } from '../../llm/stream-progress.js';
import type { AttemptContext } from '../../serve/router/ask-in-turn.js';
import type { AnswerSummary } from '../../serve/router/call.js';
import { checkConclusion, readSafely } from '../../serve/router/check-conclusion.js';
import { attemptError } from '../../serve/router/failure.js';
import type { OpenStream } from '../../serve/router/open-stream.js';
import { callModel, findWholeLimit, type ObjectAttempt } from '../calls/call-model.js';
import { openPartStream } from '../calls/part-stream.js';
import { createChunkReader, readWholeMessage } from './read-answer.js';
import { copyMessage, stripForeignReasoning, type RoutesmithCallOptions } from './read-messages.js';
import { noCallbacks } from './untraced.js';

/** A chat model of LangChain, and what is known of it. */
export interface ChatTarget {
  readonly model: BaseChatModel;
  /** They override those of the policy. */
  readonly capabilities: Partial<Capabilities> | undefined;
}

/** An attempt at a chat model of LangChain. */
export type ChatAttempt = Pick<
  AttemptContext<ChatTarget>,
  'model' | 'target' | keyof ObjectAttempt
>;

/** A call as LangChain makes it. */
export interface LangChainCall {
  readonly messages: readonly BaseMessage[];
  readonly options: RoutesmithCallOptions;
}

/** A whole answer. */
export interface InvokedAttempt extends AnswerSummary {
  /** A chunk, as the outputs of LangChain's own parsers expect. */
  readonly message: AIMessageChunk;
  readonly text: string;
}

/**
 * Asks for a whole answer.
 *
 * @throws AttemptError for everything else
 */
export async function invokeChatOnce(
  attempt: ChatAttempt,
  call: LangChainCall,
): Promise<InvokedAttempt> {
  const { messages, runnable, config } = prepare(attempt, call);
  const message = await callModel(attempt, findWholeLimit(attempt), async () =>
    runnable().invoke(messages, config),
  );
  if (!(message instanceof Object) || !isAIMessage(message)) {
    throw attemptError('malformed', 'the result is not a message of a model');
  }
  return readSafely(() => {
    const { events, conclusion, tokens } = readWholeMessage(message);
    const summary = checkConclusion(conclusion, false, tokens);
    return { message: toChunk(message), text: joinText(events), ...summary };
  });
}

/**
 * Asks for a streamed answer and waits for its first content.
 *
 * @throws AttemptError for any failure before that
 */
export async function streamChatOnce(
  attempt: ChatAttempt,
  call: LangChainCall,
): Promise<OpenStream<AIMessageChunk>> {
  const { messages, runnable, config } = prepare(attempt, call);
  // LangChain gives a stream with its first chunk, which is the whole answer of models that cannot stream.
  const stream = await callModel(
    attempt,
    findWholeLimit(attempt),
    async () => runnable().stream(messages, config),
    (late) => late.cancel(),
  );
  const reader = stream.getReader();
  const source = {
    async next() {
      const { value } = await reader.read();
      return value === undefined ? undefined : toChunk(value);
    },
    cancel: () => void reader.cancel().catch(() => undefined),
  };
  const timeouts = { ...attempt.timeouts, firstByteMs: Infinity };
  return openPartStream({ ...attempt, timeouts }, source, createChunkReader());
}

/** A model that cannot stream gives a whole answer in place of chunks. */
function toChunk(message: AIMessage | AIMessageChunk): AIMessageChunk {
  // Converting a chunk would lose the pieces of its tool calls.
  if ('tool_call_chunks' in message) return message;
  const chunk = convertToChunk(message) as AIMessageChunk;
  const { invalid_tool_calls: unreadable = [] } = message;
  if (unreadable.length === 0) return chunk;
  const pieces: ToolCallChunk[] = [...(chunk.tool_call_chunks ?? [])];
  for (const { id = '', name = '', args = '' } of unreadable) {
    pieces.push({ id, name, args, type: 'tool_call_chunk' });
  }
  return copyMessage(chunk, { tool_call_chunks: pieces, invalid_tool_calls: unreadable });
}

type ChatRunnable = Runnable<BaseLanguageModelInput, AIMessageChunk>;

/** A call as one model gets it: without retries of its own, which would delay the next model. */
function prepare({ model, target, cutoff }: ChatAttempt, { messages, options }: LangChainCall) {
  const { tools, routesmith: _, signal: _signal, ...others } = options;
  return {
    messages: stripForeignReasoning(messages, model),
    runnable: (): ChatRunnable =>
      tools === undefined || tools.length === 0
        ? target.model
        : (target.model.bindTools?.(tools, others) as ChatRunnable),
    config: { ...others, callbacks: noCallbacks, signal: cutoff.signal, maxRetries: 0 },
  };
}
