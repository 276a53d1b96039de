import {
  getMember,
  isJsonObject,
  listObjects,
  type JsonObject,
  type JsonValue,
} from '../../util/json.js';
import type { CallerSettings } from './access.js';
import { GatewayError } from './gateway-error.js';
import { hasBudget } from './spending.js';

/** Members with which a server of many models answers by others than the one that is named. */
const choosingMembers = [
  'models', // OpenRouter
  'preset', // OpenRouter
  'fallbacks', // LiteLLM
  'providerOptions', // Vercel's AI Gateway
];

/** Members that a provider charges for beside the tokens, or at another price. */
const chargedMembers = [
  'plugins', // OpenRouter
  'provider', // OpenRouter, which may choose a more expensive one
  'web_search_options', // OpenAI
  'search_parameters', // xAI
  'enable_search', // Qwen
  'mcp_servers', // Anthropic
  'container', // Anthropic's code execution
  'speed', // Anthropic's fast mode
  'compaction', // Anthropic, whose summary no limit of the request bounds
];

/** Anthropic charges 1.1 times the price for `us`; a workspace may have that as its default. */
const usualGeo = 'global';

const usualTiers = new Set<unknown>(['auto', 'default', 'flex', 'standard_only']);

/** Edits of Anthropic's that only leave something out; others make a summary, which is charged. */
const freeEdit = /^clear_/;

/** Tools that the caller runs: functions, and Anthropic's tools of known schemas. */
const ownTool = /^(?:function|custom|(?:bash|text_editor|computer|memory)_\d{8})$/;

/**
 * Refuses what would break a limit of the caller's key: the gateway could neither tell which model
 * answers, nor what that costs at most.
 *
 * @throws GatewayError `not_allowed` that names the member
 */
export function checkCharges(caller: CallerSettings | undefined, body: JsonObject): void {
  if (caller === undefined) return;
  const isBudgeted = hasBudget(caller);
  if (isBudgeted || caller.models !== undefined) {
    for (const name of choosingMembers) {
      if (isGiven(body[name])) refuse(name, 'a key with limits cannot use it to choose models');
    }
  }
  if (!isBudgeted) return;
  const unlimited = 'a key with a budget cannot use it, because its charge has no known limit';
  for (const name of chargedMembers) if (isGiven(body[name])) refuse(name, unlimited);
  const {
    service_tier: tier,
    inference_geo: geo,
    modalities,
    tools,
    context_management: management,
  } = body;
  if (isGiven(tier) && !usualTiers.has(tier)) refuse('service_tier', unlimited);
  if (isGiven(geo) && geo !== usualGeo) refuse('inference_geo', unlimited);
  if (isGiven(modalities) && JSON.stringify(modalities) !== '["text"]') {
    refuse('modalities', unlimited);
  }
  const isList = Array.isArray(management);
  const edits = listObjects(isList ? management : getMember(management, 'edits'));
  edits.forEach(({ type }, index) => {
    if (freeEdit.test(String(type))) return;
    refuse(`context_management${isList ? '' : '.edits'}.${index}.type`, unlimited);
  });
  const list = Array.isArray(tools) ? (tools as readonly JsonValue[]) : [];
  list.forEach((tool, index) => {
    const type = isJsonObject(tool) ? (tool['type'] ?? 'custom') : 'custom';
    if (!ownTool.test(String(type))) refuse(`tools.${index}.type`, unlimited);
  });
}

function isGiven(value: JsonValue | undefined): boolean {
  return value !== undefined && value !== null;
}

function refuse(param: string, problem: string): never {
  throw new GatewayError('not_allowed', `${param}: ${problem}.`, { param });
}
