import type { JsonObject } from '../../util/json.js';

/** A simulated completion, before it is sent. */
export interface PracticeCompletion {
  readonly model: string;
  readonly answer: string;
  readonly finishReason: 'stop' | 'length';
  readonly inputTokens: number;
  readonly outputTokens: number;
}

const charactersPerToken = 4;

/** Estimates the tokens of a text from its length; a simulated model has no tokenizer. */
function estimateTokens(text: string): number {
  return Math.max(1, Math.ceil(text.length / charactersPerToken));
}

/** Builds a completion, and cuts the answer off at the request's token limit if there is one. */
export function buildPracticeCompletion(
  model: string,
  promptText: string,
  answer: string,
  maxTokens: number | undefined,
): PracticeCompletion {
  const inputTokens = estimateTokens(promptText);
  const wanted = estimateTokens(answer);
  if (maxTokens === undefined || wanted <= maxTokens) {
    return { model, answer, finishReason: 'stop', inputTokens, outputTokens: wanted };
  }
  const cut = answer.slice(0, maxTokens * charactersPerToken);
  return { model, answer: cut, finishReason: 'length', inputTokens, outputTokens: maxTokens };
}

/** The completion as one object, for requests without `stream`. */
export function formatCompletion(completion: PracticeCompletion): JsonObject {
  const message = { role: 'assistant', content: completion.answer };
  const choice = { index: 0, message, finish_reason: completion.finishReason };
  return {
    ...formatHead(completion, 'chat.completion'),
    choices: [choice],
    usage: formatUsage(completion),
  };
}

/** The completion as the events of a stream: role, pieces of text, finish reason, usage. */
export function formatChunks(completion: PracticeCompletion): readonly JsonObject[] {
  const head = formatHead(completion, 'chat.completion.chunk');
  const chunk = (delta: JsonObject, finishReason: string | null): JsonObject => ({
    ...head,
    choices: [{ index: 0, delta, finish_reason: finishReason }],
  });
  return [
    chunk({ role: 'assistant', content: '' }, null),
    ...splitText(completion.answer).map((content) => chunk({ content }, null)),
    chunk({}, completion.finishReason),
    { ...head, choices: [], usage: formatUsage(completion) },
  ];
}

/** About four pieces, split without regard to words, as real providers do. */
function splitText(text: string): string[] {
  const characters = [...text];
  const size = Math.max(1, Math.ceil(characters.length / 4));
  const pieces: string[] = [];
  for (let start = 0; start < characters.length; start += size) {
    pieces.push(characters.slice(start, start + size).join(''));
  }
  return pieces;
}

function formatHead(completion: PracticeCompletion, object: string): JsonObject {
  return {
    id: 'simulated',
    object,
    created: 0,
    model: `${completion.model} (simulated)`,
    system_fingerprint: 'simulated',
  };
}

function formatUsage({ inputTokens, outputTokens }: PracticeCompletion): JsonObject {
  return {
    prompt_tokens: inputTokens,
    completion_tokens: outputTokens,
    total_tokens: inputTokens + outputTokens,
  };
}
