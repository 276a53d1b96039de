import { asksForMedia, chargedMembers, listProviderTools } from '../../llm/charged-request.js';
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

/** Members whose charge the usage tells, but nothing bounds. */
const unboundedMembers = [
  'mcp_servers', // Anthropic
  'speed', // Anthropic's fast mode
  'compaction', // Anthropic, whose summary no limit of the request bounds
];

/** Anthropic charges 1.1 times the price for `us`; a workspace may have that as its default. */
const usualGeo = 'global';

const usualTiers = new Set<unknown>(['auto', 'default', 'flex', 'standard_only']);

/** Edits of Anthropic's that only leave something out; others make a summary, which is charged. */
const freeEdit = /^clear_/;

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
  for (const name of [...chargedMembers, ...unboundedMembers]) {
    if (isGiven(body[name])) refuse(name, unlimited);
  }
  const {
    service_tier: tier,
    inference_geo: geo,
    modalities,
    tools,
    context_management: management,
  } = body;
  if (isGiven(tier) && !usualTiers.has(tier)) refuse('service_tier', unlimited);
  if (isGiven(geo) && geo !== usualGeo) refuse('inference_geo', unlimited);
  if (asksForMedia(modalities)) refuse('modalities', unlimited);
  const audio = findAudio(body['messages']);
  if (audio !== undefined) refuse(audio, unlimited);
  const isList = Array.isArray(management);
  const edits = listObjects(isList ? management : getMember(management, 'edits'));
  edits.forEach(({ type }, index) => {
    if (freeEdit.test(String(type))) return;
    refuse(`context_management${isList ? '' : '.edits'}.${index}.type`, unlimited);
  });
  for (const { index } of listProviderTools(tools)) refuse(`tools.${index}.type`, unlimited);
}

/** Where messages have audio, whose tokens have a price of their own; undefined where they have none. */
function findAudio(messages: JsonValue | undefined): string | undefined {
  const list = Array.isArray(messages) ? (messages as readonly JsonValue[]) : [];
  for (const [index, message] of list.entries()) {
    // Of an earlier answer, which is only referred to.
    if (isGiven(getMember(message, 'audio'))) return `messages.${index}.audio`;
    const content = getMember(message, 'content');
    const parts = Array.isArray(content) ? (content as readonly JsonValue[]) : [];
    const place = parts.findIndex(hasAudio);
    if (place >= 0) return `messages.${index}.content.${place}`;
    if (isJsonObject(content) && hasAudio(content)) return `messages.${index}.content`;
  }
  return undefined;
}

/** A data URL, or a media type beside the data. */
const audioMedia = /^(?:data:audio\/|audio\/[\w.+-]+$)/i;

/** Members that hold text, which may be a media type and is no audio; a `content` may hold parts, too. */
const textMembers = new Set(['text', 'input', 'title', 'context', 'thinking']);

/** Whether a part of a message is audio, or holds some, as a file or the result of a tool does. */
function hasAudio(value: JsonValue): boolean {
  if (typeof value === 'string') return audioMedia.test(value);
  if (Array.isArray(value)) return (value as readonly JsonValue[]).some(hasAudio);
  // Of type text are parts with citations, and the source of a document.
  if (!isJsonObject(value) || value['type'] === 'text') return false;
  if (/audio/i.test(String(value['type']))) return true;
  return Object.entries(value).some(([name, member]) => {
    const isText = textMembers.has(name) || (name === 'content' && typeof member === 'string');
    return !isText && hasAudio(member);
  });
}

function isGiven(value: JsonValue | undefined): boolean {
  return value !== undefined && value !== null;
}

function refuse(param: string, problem: string): never {
  throw new GatewayError('not_allowed', `${param}: ${problem}.`, { param });
}
