import type { Capabilities } from '../../llm/price.js';
import { joinText } from '../../llm/stream-progress.js';
import type { AttemptContext } from '../../serve/router/ask-in-turn.js';
import type { AnswerSummary } from '../../serve/router/call.js';
import { checkConclusion, readSafely } from '../../serve/router/check-conclusion.js';
import type { OpenStream } from '../../serve/router/open-stream.js';
import {
  callModel,
  findStreamLimit,
  findWholeLimit,
  type ObjectAttempt,
} from '../calls/call-model.js';
import { openPartStream } from '../calls/part-stream.js';
import { attemptError } from '../../serve/router/failure.js';
import type { AiCallOptions, AiModel, AiPart, AiResult, AiStreamResult } from './model.js';
import { keepOwnOptions, type OwnsKey } from './provider-options.js';
import {
  concludeAnswer,
  createAiPartReader,
  isAnswer,
  readAiContent,
  readAiUsage,
} from './read-answer.js';

/** A model of the AI SDK, and what is known of it. */
export interface AiTarget {
  readonly model: AiModel;
  readonly owns: OwnsKey;
  /** They override those of the policy. */
  readonly capabilities: Partial<Capabilities> | undefined;
}

/** An attempt at a model of the AI SDK. */
export type AiAttempt = Pick<AttemptContext<AiTarget>, 'target' | keyof ObjectAttempt>;

/** A whole answer as the model gave it. */
export interface GeneratedAttempt extends AnswerSummary {
  readonly result: AiResult;
  readonly text: string;
}

/** A stream whose first content has arrived, and what came with it. */
export interface StreamedAttempt extends OpenStream<AiPart> {
  readonly result: AiStreamResult;
}

/**
 * Asks for a whole answer.
 *
 * @throws AttemptError for everything else
 */
export async function generateAiOnce(
  attempt: AiAttempt,
  options: AiCallOptions,
): Promise<GeneratedAttempt> {
  const own = keepOwnOptions(options, attempt.target.owns);
  const result = await callModel(attempt, findWholeLimit(attempt), () =>
    attempt.target.model.doGenerate({ ...own, abortSignal: attempt.cutoff.signal }),
  );
  if (!Array.isArray(result?.content)) throw attemptError('malformed', 'the result has no content');
  const content = result.content as AiResult['content'];
  const hasAnswer = content.some(
    ({ type, text }) => isAnswer(type) && (type !== 'text' || text !== ''),
  );
  return readSafely(() => {
    const tokens = readAiUsage(result.usage);
    const text = joinText(content.map(readAiContent));
    const conclusion = concludeAnswer(result.finishReason, hasAnswer);
    return { result, text, ...checkConclusion(conclusion, false, tokens) };
  });
}

/**
 * Asks for a streamed answer and waits for its first content.
 *
 * @throws AttemptError for any failure before that
 */
export async function streamAiOnce(
  attempt: AiAttempt,
  options: AiCallOptions,
): Promise<StreamedAttempt> {
  const own = keepOwnOptions(options, attempt.target.owns);
  const result = await callModel(
    attempt,
    findStreamLimit(attempt),
    () => attempt.target.model.doStream({ ...own, abortSignal: attempt.cutoff.signal }),
    (late) => late.stream.cancel(),
  );
  if (typeof result?.stream?.getReader !== 'function') {
    throw attemptError('malformed', 'the result has no stream');
  }
  const reader = result.stream.getReader();
  const source = {
    next: async () => (await reader.read()).value,
    cancel: () => void reader.cancel().catch(() => undefined),
  };
  const opened = await openPartStream(attempt, source, createAiPartReader(attempt.date));
  return { ...opened, result };
}
