import type { PromptWithMembers } from '../../../llm/chat.js';
import type { JsonObject, JsonValue } from '../../../util/json.js';
import type { PoolModel } from '../../models/model.js';

/** The members of a request that a prompt brings; see `RequestWithMembers.members`. */
export function readMembers(prompt: PromptWithMembers): JsonObject {
  return (typeof prompt === 'string' ? undefined : prompt.members) ?? {};
}

/**
 * The limit of an answer's tokens that is sent: the prompt's own as it is given, which may be no number,
 * or else the model's; undefined without one.
 */
export function findTokenLimit(
  { parameters }: Pick<PoolModel, 'parameters'>,
  prompt: PromptWithMembers,
): JsonValue | undefined {
  const own = readMembers(prompt);
  return own['max_completion_tokens'] ?? own['max_tokens'] ?? parameters.maxTokens;
}

/** The same where it is a number. */
export function readTokenLimit(
  model: Pick<PoolModel, 'parameters'>,
  prompt: PromptWithMembers,
): number | undefined {
  const limit = findTokenLimit(model, prompt);
  return typeof limit === 'number' ? limit : undefined;
}

/** Services that are charged beside tokens: searches of the web (OpenAI, xAI) and OpenRouter's plugins. */
const paidServices = ['web_search_options', 'search_parameters', 'plugins'] as const;

/** Describes a member that buys more than tokens: no price list of models has its price. */
export function findPaidService(prompt: PromptWithMembers): string | undefined {
  const members = readMembers(prompt);
  const isAsked = (value: JsonValue | undefined): boolean =>
    Array.isArray(value) ? value.length > 0 : (value ?? null) !== null;
  const name = paidServices.find((service) => isAsked(members[service]));
  return name === undefined
    ? undefined
    : `"${name}" buys a service beside tokens, whose cost cannot be bounded`;
}
