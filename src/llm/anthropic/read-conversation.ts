import { writeExactJson } from '../../util/exact-json.js';
import { isJsonObject, listObjects, type JsonObject, type JsonValue } from '../../util/json.js';
import { UnreadableRequestError } from '../caller-request.js';
import type { ChatMessage, ContentPart } from '../chat.js';
import { checkObjects } from '../openai/read-request.js';

/** Notes what chat completions have no words for. */
type Note = (problem: string) => void;

/** Says the turns of Anthropic's Messages in the words of chat completions, in their order. */
export function readConversation(messages: readonly JsonObject[], note: Note): ChatMessage[] {
  const turns = messages.flatMap((message, index) => {
    const where = `messages.${index}`;
    const { role, content, ...others } = message;
    // A message of the system may only change the effort.
    const given = content ?? (role === 'system' ? [] : undefined);
    const blocks =
      typeof given === 'string'
        ? [{ type: 'text', text: given }]
        : checkObjects(given, `${where}.content`);
    if (role === 'user') return readUserTurn(blocks, note);
    if (role === 'assistant') return readAssistantTurn(blocks, note);
    if (role === 'system') return readSystemMessage(blocks, others, note);
    throw new UnreadableRequestError(`${where}.role`, 'must be "user", "assistant" or "system"');
  });
  if (messages.at(-1)?.['role'] === 'assistant') note('answer that is begun by the caller');
  return turns;
}

/** Instructions within a conversation (platform.claude.com, mid-conversation system messages). */
function readSystemMessage(
  blocks: readonly JsonObject[],
  others: JsonObject,
  note: Note,
): ChatMessage[] {
  const lost = Object.keys(others).find((name) => (others[name] ?? null) !== null);
  if (lost !== undefined) note(`"${lost.slice(0, 60)}" in system messages`);
  const parts = blocks.map((block) => readPart(block, note));
  return parts.length === 0 ? [] : [{ role: 'system', content: simplify(parts) }];
}

/** A turn becomes one message for each tool result and each run of other blocks between them. */
function readUserTurn(blocks: readonly JsonObject[], note: Note): ChatMessage[] {
  const messages: ChatMessage[] = [];
  let parts: ContentPart[] = [];
  const flush = (): void => {
    if (parts.length > 0) messages.push({ role: 'user', content: simplify(parts) });
    parts = [];
  };
  for (const block of blocks) {
    if (block['type'] !== 'tool_result') {
      parts.push(readPart(block, note));
      continue;
    }
    flush();
    messages.push(readToolResult(block, note));
  }
  flush();
  return messages;
}

/** No message for a turn of reasoning only, because servers refuse one that says nothing. */
function readAssistantTurn(blocks: readonly JsonObject[], note: Note): ChatMessage[] {
  const parts: ContentPart[] = [];
  const calls: JsonObject[] = [];
  for (const block of blocks) {
    const { type, id, name, input } = block;
    // Reasoning is signed for the model that wrote it: no other one may see it.
    if (type === 'thinking' || type === 'redacted_thinking') continue;
    if (type !== 'tool_use') {
      parts.push(readPart(block, note));
      continue;
    }
    const called = { name: name ?? '', arguments: writeInput(input ?? {}) };
    calls.push({ id: id ?? '', type: 'function', function: called });
  }
  const content = parts.length === 0 ? null : simplify(parts);
  if (calls.length > 0) return [{ role: 'assistant', content, tool_calls: calls }];
  return content === null ? [] : [{ role: 'assistant', content }];
}

function writeInput(input: JsonValue): string {
  return isJsonObject(input) ? writeExactJson(input) : JSON.stringify(input);
}

/** What a tool returned besides text stays, because decisions read it: an image needs vision. */
function readToolResult(block: JsonObject, note: Note): ChatMessage {
  const { tool_use_id: id, content = null, is_error: isError } = block;
  const blocks =
    typeof content === 'string' ? [{ type: 'text', text: content }] : listObjects(content);
  const others = blocks.filter(({ type }) => type !== 'text');
  for (const other of others) note(`${describePart(other)} in tool results`);
  const text = blocks
    .filter(({ type }) => type === 'text')
    .map((part) => (typeof part['text'] === 'string' ? part['text'] : ''))
    .join('\n');
  // The mark of a failed call has no counterpart, so the text says it.
  const said = isError === true ? `Error: ${text}` : text;
  const parts = others.map((other) => readPart(other, () => undefined));
  return {
    role: 'tool',
    tool_call_id: typeof id === 'string' ? id : '',
    content: parts.length === 0 ? said : [{ type: 'text', text: said }, ...parts],
  };
}

/** A block as a part; one that has no counterpart is noted, and kept for those that count parts. */
function readPart(block: JsonObject, note: Note): ContentPart {
  const { type, text, source } = block;
  if (type === 'text' && typeof text === 'string') {
    if (listObjects(block['citations']).length > 0) note('citations in texts');
    return { type: 'text', text };
  }
  const url = type === 'image' && isJsonObject(source) ? readImageUrl(source) : undefined;
  if (url !== undefined) return { type: 'image_url', image_url: { url } };
  note(describePart(block));
  return { ...block, type: typeof type === 'string' ? type : 'unknown' };
}

function readImageUrl(source: JsonObject): string | undefined {
  const { type, url, media_type: mediaType, data } = source;
  if (type === 'url' && typeof url === 'string') return url;
  const isInline = type === 'base64' && typeof mediaType === 'string' && typeof data === 'string';
  return isInline ? `data:${mediaType};base64,${data}` : undefined;
}

/** A single text as a text, which every server takes. */
function simplify(parts: readonly ContentPart[]): ChatMessage['content'] {
  const [first, ...others] = parts;
  if (first?.type === 'text' && others.length === 0) return first.text as string;
  return parts;
}

function describePart({ type }: { readonly type?: JsonValue }): string {
  return typeof type === 'string' ? `block of type "${type.slice(0, 60)}"` : 'block without a type';
}
