import type { PoolModel } from '../../models/model.js';
import { promptMessages, type Prompt } from '../../../llm/chat.js';
import type { JsonObject, JsonValue } from '../../../util/json.js';

/**
 * The body of a streamed chat completion in OpenAI's protocol. Only what the pool and the task
 * name is sent; everything else is left to the provider.
 *
 * OpenAI itself takes the limit as `max_completion_tokens` (its reasoning models refuse the older
 * name); other servers know `max_tokens`.
 */
export function buildOpenAiRequest(model: PoolModel, prompt: Prompt): JsonObject {
  const { temperature, maxTokens, reasoningEffort, seed } = model.parameters;
  const host = new URL(model.baseUrl).hostname;
  const limitName = host === 'api.openai.com' ? 'max_completion_tokens' : 'max_tokens';
  const tools = typeof prompt === 'string' ? undefined : prompt.tools;
  const body: Record<string, JsonValue | undefined> = {
    model: model.model,
    messages: promptMessages(prompt) as unknown as JsonValue,
    stream: true,
    stream_options: { include_usage: true },
    temperature,
    [limitName]: maxTokens,
    reasoning_effort: reasoningEffort,
    seed,
    tools,
    provider: model.pin,
    // Without this OpenRouter does not say what it charged.
    usage: host === 'openrouter.ai' ? { include: true } : undefined,
  };
  return Object.fromEntries(
    Object.entries(body).filter((member): member is [string, JsonValue] => member[1] !== undefined),
  );
}
