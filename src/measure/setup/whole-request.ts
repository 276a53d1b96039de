import {
  getMember,
  isJsonObject,
  listObjects,
  type JsonObject,
  type JsonValue,
} from '../../util/json.js';
import { isBlankCell } from '../tables/blank-cell.js';
import { isRole, readExportedMessages } from './exported-messages.js';

/** What was sent to a provider, as members of a task set. */
export interface WholeRequest {
  readonly messages: readonly JsonValue[];
  readonly tools?: readonly JsonValue[];
  /** Members that are no part of what is asked, without settings. */
  readonly unused: readonly string[];
}

const ownSettings =
  'model|model_name|temperature|top_p|max_tokens|max_completion_tokens|max_output_tokens|stream|tool_choice|' +
  'response_format|parallel_tool_calls|generationConfig|generation_config|safetySettings|safety_settings';
/** Settings that only requests have, unlike a `user` or a `store`. */
const requestMark = new RegExp(`^(?:${ownSettings})$`);

/** Members beside the messages of a request that are no part of what is asked. */
export const settings = new RegExp(`^(?:${ownSettings}|stop|n|seed|user|metadata|store)$`);

/**
 * Members that hold the messages of a request, each with those that hold its system text: of OpenAI and
 * Anthropic, Gemini, ShareGPT and OpenAI's Responses.
 */
const forms: Readonly<Record<string, readonly string[]>> = {
  messages: ['system'],
  input: ['instructions'],
  contents: ['systemInstruction', 'system_instruction', 'system'],
  conversations: ['system'],
};

/** Members with a question, beside which the lists of these names are its context or history. */
const questionMembers: readonly string[] = ['input', 'question', 'prompt', 'query', 'message'];
const contextMembers: ReadonlySet<string> = new Set(['contents', 'conversations']);

/** All members with a system text. */
export const systemMembers: ReadonlySet<string> = new Set(Object.values(forms).flat());

export function holdsRequests(member: string): boolean {
  return Object.hasOwn(forms, member);
}

/**
 * The request of an object with a list of messages; undefined where it has none, or is a document with a
 * list that only looks so, such as the messages of a ticket.
 */
export function readWholeRequest(value: JsonObject): WholeRequest | undefined {
  const isAsked = questionMembers.some((member) => isQuestion(value[member]));
  for (const [name, systemNames] of Object.entries(forms)) {
    if (isAsked && contextMembers.has(name)) continue;
    const turns = readTurns(name, value[name]);
    if (turns === undefined) continue;
    const [system] = systemNames.flatMap((member) => {
      const content = readSystem(value[member]);
      return content === undefined ? [] : [{ member, content }];
    });
    const tools = readTools(value['tools']);
    const asked = new Set([name, 'tools', ...systemNames]);
    const others = Object.keys(value).filter((member) => !asked.has(member));
    if (tools === undefined && !isRequest(turns, others)) continue;
    const messages = readExportedMessages(turns) ?? turns;
    const opening = readOpening(messages);
    const isSent =
      system === undefined || opening === undefined || system.content.trim() === opening.text;
    const used = new Set([
      name,
      ...(isSent ? [system?.member] : []),
      ...(tools === undefined ? [] : ['tools']),
    ]);
    const unused = Object.entries(value)
      .filter(([one, member]) => !used.has(one) && !settings.test(one) && !isBlankCell(member))
      .map(([one]) => one);
    return {
      messages:
        system === undefined || opening !== undefined
          ? messages
          : [{ role: 'system', content: system.content }, ...messages],
      ...(tools !== undefined && { tools }),
      unused,
    };
  }
  return undefined;
}

function isQuestion(value: JsonValue | undefined): boolean {
  if (typeof value === 'string') return !isBlankCell(value);
  return readExportedMessages(value ?? null) !== undefined;
}

function readTurns(name: string, given: JsonValue | undefined): readonly JsonValue[] | undefined {
  if (!Array.isArray(given)) return undefined;
  const list = given as readonly JsonValue[];
  if (name === 'messages') return list;
  const turns = list.map((turn) => {
    if (!isJsonObject(turn)) return turn;
    // Gemini's turns are the user's unless they say otherwise.
    return name === 'contents' && 'parts' in turn ? { role: 'user', ...turn } : turn;
  });
  return listsMessages(turns) ? turns : undefined;
}

/** @param others members beside those of a request that say what is asked */
function isRequest(turns: readonly JsonValue[], others: readonly string[]): boolean {
  if (turns.some(isKnownMessage) || others.some((member) => requestMark.test(member))) return true;
  const isList = turns.length === 0 || listsMessages(turns);
  return isList && others.every((member) => settings.test(member));
}

/** Whether a turn is one of a chat, also where its content cannot be read, such as an image of Gemini. */
function isKnownMessage(turn: JsonValue): boolean {
  if (readExportedMessages([turn]) !== undefined) return true;
  return isRole(String(getMember(turn, 'role')));
}

export function listsMessages(list: readonly JsonValue[]): boolean {
  const isMessage = (item: JsonValue): boolean =>
    isJsonObject(item) &&
    ('role' in item ? 'content' in item || 'parts' in item : 'from' in item && 'value' in item);
  return list.length > 0 && list.every(isMessage);
}

/** The system message that messages start with, beside which no other one is sent. */
function readOpening([first]: readonly JsonValue[]): { readonly text?: string } | undefined {
  if (!isJsonObject(first) || !/^(?:system|developer)$/.test(String(first['role'])))
    return undefined;
  const text = readPlainText(first['content'])?.trim();
  return text === undefined ? {} : { text };
}

/** A text of its own, of parts, or of Gemini's object around these. */
function readSystem(value: JsonValue | undefined): string | undefined {
  const content = isJsonObject(value) ? value['parts'] : value;
  const text = isJsonObject(value)
    ? readPlainText(listObjects(content).map((part) => ({ type: 'text', ...part })))
    : readPlainText(content);
  return isBlankCell(text) ? undefined : text;
}

/** Tools in the form of chats, which those of Anthropic, Gemini and Responses are not. */
export function readTools(tools: JsonValue | undefined): readonly JsonValue[] | undefined {
  if (!Array.isArray(tools) || tools.length === 0) return undefined;
  const list = tools as readonly JsonValue[];
  return list.every((tool) => isJsonObject(getMember(tool, 'function'))) ? list : undefined;
}

/** A text, also in parts; undefined where there is anything but text. */
export function readPlainText(content: JsonValue | undefined): string | undefined {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return undefined;
  const texts = listObjects(content).flatMap(({ type, text }) =>
    type === 'text' && typeof text === 'string' ? [text] : [],
  );
  return texts.length === content.length && texts.length > 0 ? texts.join('') : undefined;
}
