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

/** What is remembered of a conversation. */
export interface Conversation {
  readonly model: string;
  /** Input tokens that are in the provider's cache; undefined if that is not known. */
  readonly cachedTokens: number | undefined;
  /** The index of the first message of a request from which on all answers are of `model`. */
  readonly answersFrom: number;
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
export function readCachedTokens(usage: Usage | null, protocol: ProtocolName): number | undefined {
  if (usage === null) return undefined;
  const cached = usage.cachedInputTokens + usage.cacheWriteTokens;
  return cached > 0 || protocol === 'anthropic' ? cached : undefined;
}

/**
 * From which message on all answers are of the model that has just given one.
 *
 * @param messageCount of the request that it answered
 */
export function findAnswersFrom(
  known: Conversation | undefined,
  model: string,
  messageCount: number,
): number {
  // Where the caller has shortened the conversation, nothing is known of what is left.
  const isKnown = known?.model === model && known.answersFrom <= messageCount;
  return isKnown ? known.answersFrom : messageCount;
}

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
