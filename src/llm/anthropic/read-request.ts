import { isJsonObject, type JsonObject, type JsonValue } from '../../util/json.js';
import { textDigest } from '../../util/text-hash.js';
import { UnreadableRequestError, type CallerRequest } from '../caller-request.js';
import type { ChatMessage } from '../chat.js';
import { checkObjects } from '../openai/read-request.js';
import { readStrict } from '../tool-calls.js';
import type { LlmRequest } from '../types.js';
import { readConversation } from './read-conversation.js';

/**
 * Reads the body of a request to Anthropic's Messages, and says it in the words of OpenAI's chat
 * completions. What those cannot say is named in `inexpressible`; marks for the cache are left out,
 * because servers of chat completions cache by themselves.
 *
 * @throws UnreadableRequestError
 */
export function readAnthropicRequest(given: JsonObject): CallerRequest {
  const { model: _model, stream: _stream, ...body } = given;
  const { system = null, messages, tools = null, max_tokens: maxTokens = null } = body;
  const list = checkObjects(messages, 'messages');
  if (list.length === 0) throw new UnreadableRequestError('messages', 'is empty');
  if (!Number.isInteger(maxTokens) || (maxTokens as number) < 0) {
    throw new UnreadableRequestError('max_tokens', 'must be a whole number of at least 0');
  }
  const problems: string[] = [];
  const note = (problem: string): void => void problems.push(problem);
  if (maxTokens === 0) note('"max_tokens" of 0');
  const conversation = readConversation(list, note);
  const offered = tools === null ? undefined : checkObjects(tools, 'tools');
  return {
    protocol: 'anthropic',
    body,
    words: {
      messages: [...readSystem(system, note), ...conversation],
      // Servers of chat completions refuse an empty list.
      tools: offered?.length
        ? offered.map((tool, index) => readTool(tool, `tools.${index}`, note))
        : undefined,
      members: readMembers(body, note),
    },
    inexpressible: problems[0] && `OpenAI chat completions have no ${problems[0]}`,
  };
}

type Note = (problem: string) => void;

function readSystem(system: JsonValue, note: Note): ChatMessage[] {
  if (system === null) return [];
  if (typeof system === 'string') return writeSystem([system]);
  const texts = checkObjects(system, 'system').map((block, index) => {
    const { type, text } = block;
    if (type !== 'text') note(`block of type ${quote(type)} in the system prompt`);
    if (typeof text === 'string') return text;
    if (type !== 'text') return '';
    throw new UnreadableRequestError(`system.${index}.text`, 'must be a text');
  });
  return writeSystem(texts);
}

function writeSystem(texts: readonly string[]): ChatMessage[] {
  const kept = texts.flatMap((text) => {
    const rest = dropClientLines(text);
    return rest === '' && text !== '' ? [] : [rest];
  });
  return kept.length === 0 ? [] : [{ role: 'system', content: kept.join('\n\n') }];
}

/** `x-anthropic-billing-header: cc_version=2.1.177.01c; cc_entrypoint=cli; cch=36ee5;` */
const clientLines = /^(?:x-anthropic-[\w-]+:[^\n]*(?:\n+|$))+/;

/**
 * A system prompt without the lines that a client tells Anthropic about itself at its start. Claude Code's
 * change with every request (anthropics/claude-code 68900), so that they would hide what conversation it
 * belongs to, and keep other servers from using their caches.
 */
export function dropClientLines(text: string): string {
  return text.replace(clientLines, '');
}

function readTool(tool: JsonObject, where: string, note: Note): JsonObject {
  const { type = null, name, description, input_schema: schema, strict, ...others } = tool;
  const isOwn = type !== null && type !== 'custom';
  if (isOwn) note(`tool of type ${quote(type)}`);
  if (typeof name !== 'string') {
    // Toolsets of Anthropic's have no name.
    if (isOwn) return tool;
    throw new UnreadableRequestError(`${where}.name`, 'is missing');
  }
  const { cache_control: _mark, ...lost } = others;
  const [unknown] = Object.keys(lost);
  if (unknown !== undefined) note(`"${unknown.slice(0, 60)}" in tools`);
  return {
    type: 'function',
    function: {
      name,
      ...(description === undefined ? {} : { description }),
      parameters: schema ?? { type: 'object' },
      ...readStrict(strict),
    },
  };
}

/** Members with a counterpart that are read elsewhere, or need none. */
const readElsewhere: ReadonlySet<string> = new Set(['system', 'messages', 'tools']);

function readMembers(body: JsonObject, note: Note): LlmRequest['members'] {
  const members: Record<string, JsonValue> = {};
  for (const [name, value] of Object.entries(body)) {
    if (readElsewhere.has(name) || value === null) continue;
    switch (name) {
      case 'max_tokens':
      case 'temperature':
      case 'top_p':
        members[name] = value;
        break;
      case 'stop_sequences':
        if (Array.isArray(value) && value.length > 4) note('more than four stop sequences');
        else if (!Array.isArray(value) || value.length > 0) members['stop'] = value;
        break;
      case 'tool_choice':
        Object.assign(members, readToolChoice(value, note));
        break;
      case 'metadata':
        Object.assign(members, readMetadata(value, note));
        break;
      case 'thinking':
        if (!isJsonObject(value) || value['type'] !== 'disabled') note('"thinking"');
        break;
      case 'service_tier':
        if (value !== 'auto') note('"service_tier" of that kind');
        break;
      case 'cache_control':
        break;
      default:
        note(`"${name.slice(0, 60)}"`);
    }
  }
  return members;
}

function readToolChoice(choice: JsonValue, note: Note): JsonObject {
  if (!isJsonObject(choice)) {
    throw new UnreadableRequestError('tool_choice', 'must be an object');
  }
  const { type, name, disable_parallel_tool_use: isSerial } = choice;
  const serial = isSerial === true ? { parallel_tool_calls: false } : {};
  switch (type) {
    case 'auto':
    case 'none':
      return { tool_choice: type, ...serial };
    case 'any':
      return { tool_choice: 'required', ...serial };
    case 'tool':
      return { tool_choice: { type: 'function', function: { name: name ?? '' } }, ...serial };
    default:
      note('such choice of a tool');
      return {};
  }
}

function readMetadata(metadata: JsonValue, note: Note): JsonObject {
  if (!isJsonObject(metadata)) throw new UnreadableRequestError('metadata', 'must be an object');
  const { user_id: user = null, ...others } = metadata;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) note(`"metadata.${unknown.slice(0, 60)}"`);
  return typeof user === 'string' ? { user: shortenUser(user) } : {};
}

/** What OpenAI takes as `user`; Anthropic takes 256 characters, of which Claude Code uses about 180. */
const maxUserLength = 64;

/** A user's id, or a hash of one that is too long: the start of it may be the same for all users. */
function shortenUser(user: string): string {
  return user.length <= maxUserLength ? user : `user-${textDigest(user)}`;
}

function quote(value: JsonValue | undefined): string {
  return typeof value === 'string' ? `"${value.slice(0, 60)}"` : 'that kind';
}
