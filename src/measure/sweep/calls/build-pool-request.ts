import type { PromptWithMembers } from '../../../llm/chat.js';
import { promptMessages } from '../../../llm/chat.js';
import { protocols } from '../../../llm/protocol.js';
import type { ResolvedRequestForm } from '../../../llm/request-form.js';
import type { LlmRequest } from '../../../llm/types.js';
import type { JsonValue } from '../../../util/json.js';
import type { PoolModel } from '../../models/model.js';
import { findPaidService, findTokenLimit, readMembers } from './prompt-members.js';

/**
 * Builds the streamed request for a prompt, with only the members that pool and prompt specify. Those of
 * the prompt win, as they do in production, but for what tells the pool's models apart.
 */
export function buildPoolRequest(
  model: PoolModel,
  prompt: PromptWithMembers,
  form: ResolvedRequestForm,
): LlmRequest {
  const { temperature, reasoningEffort, seed } = model.parameters;
  const own = readMembers(prompt);
  const limit = findTokenLimit(model, prompt);
  const members: Record<string, JsonValue | undefined> = { ...own, max_tokens: limit };
  delete members['max_completion_tokens'];
  members['reasoning_effort'] = reasoningEffort ?? own['reasoning_effort'];
  members['seed'] = seed ?? own['seed'];
  members['provider'] = model.pin ?? own['provider'];
  return {
    model: model.model,
    messages: promptMessages(prompt),
    tools: typeof prompt === 'string' ? undefined : prompt.tools,
    stream: true,
    members,
    // As in production, where the protocol decides which of the pool's members fit the prompt's.
    defaults: temperature === undefined ? {} : { temperature },
    form,
  };
}

/**
 * Describes a setting that the model's protocol does not support; undefined if there is none. Such a
 * model is rejected before the first call, because no setting is silently dropped.
 */
export function findUnsendableSetting(model: PoolModel): string | undefined {
  const { temperature, maxTokens, reasoningEffort, seed } = model.parameters;
  if (model.protocol !== 'anthropic') return undefined;
  if (maxTokens === undefined) return 'the Anthropic protocol requires parameters.maxTokens';
  if (seed !== undefined) return 'the Anthropic protocol does not support seed';
  if (reasoningEffort !== undefined)
    return 'the Anthropic protocol does not support reasoningEffort';
  if (model.pin !== undefined) return 'the Anthropic protocol does not support pin';
  if (temperature !== undefined && temperature > 1) {
    return 'the Anthropic protocol does not support a temperature above 1';
  }
  return undefined;
}

/** Describes what a prompt has that a protocol does not support or no budget can bound, if anything. */
export function findUnsendablePart(
  protocol: PoolModel['protocol'],
  prompt: PromptWithMembers,
): string | undefined {
  const inexpressible = protocols[protocol].findInexpressible({
    messages: promptMessages(prompt),
    tools: typeof prompt === 'string' ? undefined : prompt.tools,
    members: readMembers(prompt),
  });
  return inexpressible ?? findPaidService(prompt);
}
