import { getMember, isJsonObject, type JsonObject, type JsonValue } from '../util/json.js';

/** Members that a provider charges for beside the tokens, or at another price, which its usage does not tell. */
export const chargedMembers: readonly string[] = [
  'plugins', // OpenRouter
  'provider', // OpenRouter, which may choose a more expensive one
  'web_search_options', // OpenAI
  'search_parameters', // xAI
  'enable_search', // Qwen
  'container', // Anthropic's code execution
];

/** Tools that the caller runs: functions, and Anthropic's tools of known schemas. */
const ownTool =
  /^(?:function|custom|(?:bash|text_editor|computer|memory|(?:browser|computer)_toolset)_\d{8})$/;

/** Tools of Anthropic's that it runs, and whose charge its usage tells. */
const countedTool = /^(?:web_(?:search|fetch)_\d{8}|tool_search_tool_(?:regex|bm25)(?:_\d{8})?)$/;

/**
 * Whether a request asks for what is charged beside its tokens or at another price, so that they may be
 * a part of the bill only, whatever the usage says.
 */
export function hasUncountedCharges({ modalities, tools, ...members }: JsonObject): boolean {
  return (
    chargedMembers.some((name) => isAskedFor(members[name])) ||
    asksForMedia(modalities) ||
    listProviderTools(tools).some(({ type }) => !countedTool.test(type))
  );
}

/** Whether a member is given, and not empty or switched off, as OpenRouter's plugins and xAI's search may be. */
function isAskedFor(value: JsonValue = null): boolean {
  if (Array.isArray(value)) {
    return (value as readonly JsonValue[]).some((one) => getMember(one, 'enabled') !== false);
  }
  return value !== null && value !== false && getMember(value, 'mode') !== 'off';
}

/** Whether an answer may have more than text, which has a price of its own. */
export function asksForMedia(modalities: JsonValue | undefined): boolean {
  return (modalities ?? null) !== null && JSON.stringify(modalities) !== '["text"]';
}

/** Tools that run at the provider, by their place in the list. */
export function listProviderTools(
  tools: JsonValue | undefined,
): readonly { readonly index: number; readonly type: string }[] {
  const list = Array.isArray(tools) ? (tools as readonly JsonValue[]) : [];
  return list
    .map((tool, index) => ({
      index,
      type: String(isJsonObject(tool) ? (tool['type'] ?? 'custom') : 'custom'),
    }))
    .filter(({ type }) => !ownTool.test(type));
}
