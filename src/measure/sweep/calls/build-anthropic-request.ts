import type { PoolModel } from '../../models/model.js';
import {
  convertMessages,
  convertTool,
  InexpressibleError,
  joinSystemMessages,
} from '../../../llm/anthropic-messages.js';
import { promptMessages, type Prompt } from '../../../llm/chat.js';
import type { JsonObject } from '../../../util/json.js';

/**
 * The body of a streamed request in Anthropic's Messages. Only what the pool and the task name is
 * sent; `findUnsendableSetting` and `findUnsendablePart` say beforehand what they have no words for.
 */
export function buildAnthropicRequest(model: PoolModel, prompt: Prompt): JsonObject {
  const { temperature, maxTokens } = model.parameters;
  const messages = promptMessages(prompt);
  const tools = typeof prompt === 'string' ? undefined : prompt.tools;
  const body: Record<string, unknown> = {
    model: model.model,
    max_tokens: maxTokens,
    system: joinSystemMessages(messages),
    messages: convertMessages(messages),
    temperature,
    tools: tools?.map(convertTool),
    stream: true,
  };
  return Object.fromEntries(
    Object.entries(body).filter(([, value]) => value !== undefined),
  ) as JsonObject;
}

/**
 * What of a model's settings Anthropic's Messages cannot be told, as a sentence, or undefined.
 * Nothing is left out in silence: such a model is refused before the first call.
 */
export function findUnsendableSetting(model: PoolModel): string | undefined {
  const { temperature, maxTokens, reasoningEffort, seed } = model.parameters;
  if (maxTokens === undefined) return 'Anthropic Messages need parameters.maxTokens';
  if (seed !== undefined) return 'Anthropic Messages take no seed';
  if (reasoningEffort !== undefined) return 'Anthropic Messages take no reasoningEffort';
  if (model.pin !== undefined) return 'Anthropic Messages take no pin';
  if (temperature !== undefined && temperature > 1) {
    return 'Anthropic Messages take no temperature above 1';
  }
  return undefined;
}

/** The same for a prompt: parts and tools that Anthropic's Messages have no words for. */
export function findUnsendablePart(prompt: Prompt): string | undefined {
  try {
    convertMessages(promptMessages(prompt));
    if (typeof prompt !== 'string') prompt.tools?.forEach(convertTool);
    return undefined;
  } catch (error) {
    if (error instanceof InexpressibleError) return error.message;
    throw error;
  }
}
