import { foldAnswer, type FoldedAnswer, type FoldedToolCall } from '../../llm/answer-fold.js';
import { dropClientLines } from '../../llm/anthropic/read-request.js';
import { identifyCall } from '../../llm/call-ids.js';
import type { CallerRequest } from '../../llm/caller-request.js';
import { messageText, type ChatMessage } from '../../llm/chat.js';
import { readMessage } from '../../llm/openai/read-choice.js';
import type { ProtocolName } from '../../llm/protocol.js';
import type { Usage } from '../../llm/usage.js';
import type { JsonObject } from '../../util/json.js';
import { textHash } from '../../util/text-hash.js';
import type { GatewayLimits } from './settings.js';

/** A place between two messages of a conversation. */
export interface MessagePlace {
  /** Of the message after it. */
  readonly index: number;
  /** What the message before it said: it tells a request that goes on from one that says something else. */
  readonly before: number | undefined;
}

/** What is remembered of a conversation. */
export interface Conversation {
  readonly model: string;
  /** Input tokens that are in the provider's cache; undefined if that is not known. */
  readonly cachedTokens: number | undefined;
  /** From where on all answers are of `model`. */
  readonly answersFrom: MessagePlace;
  /** Its name in the decision log, from its first turn on. */
  readonly loggedAs: string;
}

/** The conversations of a gateway, for as long as their caches are likely to be warm. */
export interface Conversations {
  find(key: string): Conversation | undefined;
  note(key: string, conversation: Conversation): void;
  readonly size: number;
}

/** Creates the memory of conversations; the one that was longest not used is forgotten first. */
export function createConversations(
  { maxConversations, conversationMs }: Pick<GatewayLimits, 'maxConversations' | 'conversationMs'>,
  now: () => number,
): Conversations {
  const known = new Map<string, Conversation & { readonly atMs: number }>();
  return {
    find(key) {
      const found = known.get(key);
      if (found === undefined || now() - found.atMs <= conversationMs) return found;
      known.delete(key);
      return undefined;
    },
    note(key, conversation) {
      known.delete(key);
      known.set(key, { ...conversation, atMs: now() });
      if (known.size <= maxConversations) return;
      const [oldest] = known.keys();
      known.delete(oldest as string);
    },
    get size() {
      return known.size;
    },
  };
}

/**
 * Input tokens that a provider has in its cache after an answer; undefined if that is not known.
 * Anthropic caches only what is marked, so that a report of none means none; others begin to cache by
 * themselves, and report it with the next answer only.
 */
export function findCachedTokens(usage: Usage | null, protocol: ProtocolName): number | undefined {
  if (usage === null) return undefined;
  const cached = usage.cachedInputTokens + usage.cacheWriteTokens;
  return cached > 0 || protocol === 'anthropic' ? cached : undefined;
}

/**
 * From where on all answers are of the model that has just given one.
 *
 * @param messages of the request that it answered
 */
export function findAnswersFrom(
  known: Conversation | undefined,
  model: string,
  messages: readonly JsonObject[],
): MessagePlace {
  if (known?.model === model && goesOnFrom(known.answersFrom, messages)) return known.answersFrom;
  return { index: messages.length, before: hashMessage(messages.at(-1)) };
}

/**
 * Whether a request goes on from a place. If not, its caller has shortened the conversation, or sends
 * others under the same name, such as those of its subagents: nothing is known of its answers then.
 */
export function goesOnFrom(
  { index, before }: MessagePlace,
  messages: readonly JsonObject[],
): boolean {
  return index <= messages.length && hashMessage(messages[index - 1]) === before;
}

/**
 * A hash of what a message says. Marks for the prompt cache, which clients move with every request, do
 * not count, nor whether a text is written as a string or as a list, which they change with them.
 */
function hashMessage(message: JsonObject | undefined): number | undefined {
  if (message === undefined) return undefined;
  const { role, content, ...others } = message;
  const parts = typeof content === 'string' ? [{ type: 'text', text: content }] : (content ?? null);
  const text = JSON.stringify([role, parts, others], (name, value: unknown) =>
    name === 'cache_control' ? undefined : value,
  );
  // Of long ones, such as images, the ends are enough.
  const { length } = text;
  const ends = length > 2 * hashedEnd ? text.slice(0, hashedEnd) + text.slice(-hashedEnd) : text;
  return textHash(mark(ends), length);
}

/** Characters at either end of a message. */
const hashedEnd = 10_000;

/**
 * Names a conversation by its opening: everything up to and including the first answer, which tells
 * conversations with the same system prompt and first question apart. Undefined before that answer.
 */
export function nameByOpening(scope: string, { words }: CallerRequest): string | undefined {
  const { messages } = words;
  const first = messages.findIndex(({ role }) => role === 'assistant');
  const answer = messages[first];
  if (answer === undefined) return undefined;
  // Read as a model's answer is, however the caller has cut its texts.
  const { events, toolCalls } = readMessage(answer as JsonObject, 0);
  return nameOpening(scope, messages.slice(0, first), { ...foldAnswer(events), toolCalls });
}

/** The name of a conversation whose first answer has just been given; undefined in all later turns. */
export function nameByAnswer(
  scope: string,
  { words }: CallerRequest,
  answer: FoldedAnswer,
): string | undefined {
  const { messages } = words;
  if (messages.some(({ role }) => role === 'assistant')) return undefined;
  return nameOpening(scope, messages, answer);
}

/** What of an answer comes back with the next turn in every protocol. */
interface Answered extends Pick<FoldedAnswer, 'text' | 'refusal'> {
  readonly toolCalls: readonly Pick<FoldedToolCall, 'id' | 'name'>[];
}

function nameOpening(
  scope: string,
  before: readonly ChatMessage[],
  { text, refusal, toolCalls }: Answered,
): string {
  let opening = mark(scope);
  for (const message of before) {
    const text = messageText(message);
    // Chat completions may have them, too, where another gateway translated the request.
    const said = message.role === 'system' ? dropClientLines(text) : text;
    opening += mark(message.role) + mark(said);
  }
  opening += mark((text + refusal).trim());
  for (const call of toolCalls) opening += mark(identifyCall(call));
  // Two hashes of 32 bits: the name is no secret, and must only be unlikely to collide.
  return `opening ${textHash(opening)} ${textHash(opening, 1)} ${opening.length}`;
}

/** A text with its length, so that no two lists of texts are joined to the same one. */
function mark(text: string): string {
  return `${text.length} ${text}`;
}

/** The name of a conversation that the caller named. */
export function nameByCaller(scope: string, name: string): string {
  return `named ${JSON.stringify([scope, name])}`;
}
