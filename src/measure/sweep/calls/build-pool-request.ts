import type { Prompt } from '../../../llm/chat.js';
import { promptMessages } from '../../../llm/chat.js';
import { protocols } from '../../../llm/protocol.js';
import type { ResolvedRequestForm } from '../../../llm/request-form.js';
import type { LlmRequest } from '../../../llm/types.js';
import type { PoolModel } from '../../models/model.js';

/** The streamed request for a prompt: only what the pool and the task name is sent. */
export function buildPoolRequest(
  model: PoolModel,
  prompt: Prompt,
  form: ResolvedRequestForm,
): LlmRequest {
  const { temperature, maxTokens, reasoningEffort, seed } = model.parameters;
  return {
    model: model.model,
    messages: promptMessages(prompt),
    tools: typeof prompt === 'string' ? undefined : prompt.tools,
    stream: true,
    members: {
      temperature,
      max_tokens: maxTokens,
      reasoning_effort: reasoningEffort,
      seed,
      provider: model.pin,
    },
    form,
  };
}

/**
 * What of a model's settings its protocol cannot express, as a sentence, or undefined. Nothing is
 * left out silently: such a model is refused before the first call.
 */
export function findUnsendableSetting(model: PoolModel): string | undefined {
  const { temperature, maxTokens, reasoningEffort, seed } = model.parameters;
  if (model.protocol !== 'anthropic') return undefined;
  if (maxTokens === undefined) return 'Anthropic Messages need parameters.maxTokens';
  if (seed !== undefined) return 'Anthropic Messages take no seed';
  if (reasoningEffort !== undefined) return 'Anthropic Messages take no reasoningEffort';
  if (model.pin !== undefined) return 'Anthropic Messages take no pin';
  if (temperature !== undefined && temperature > 1) {
    return 'Anthropic Messages take no temperature above 1';
  }
  return undefined;
}

/** The same for a prompt: messages, parts and tools that a protocol cannot express. */
export function findUnsendablePart(
  protocol: PoolModel['protocol'],
  prompt: Prompt,
): string | undefined {
  return protocols[protocol].findInexpressible({
    messages: promptMessages(prompt),
    tools: typeof prompt === 'string' ? undefined : prompt.tools,
    members: {},
  });
}
