import type { ChatMessage, ContentPart, Prompt } from '../../../llm/chat.js';
import { promptMessages } from '../../../llm/chat.js';
import type { Random } from '../../../util/random.js';

/** A change to a prompt's wording or form that keeps its meaning. */
export interface Perturbation {
  readonly name: string;
  /** The changed prompt; the prompt itself if there is nothing to change. */
  apply(prompt: Prompt, random: Random): Prompt;
}

const systemPrompt = 'You are a helpful assistant. Answer carefully and keep to what is asked.';

/**
 * What users, clients and applications do to a prompt without changing its meaning. Nothing is
 * paraphrased, and only the user's own text is changed.
 */
export const perturbations: readonly Perturbation[] = [
  changeText('upper case', (text) => text.toUpperCase()),
  changeText('lower case', (text) => text.toLowerCase()),
  changeText('title case', toTitleCase),
  changeText('typos', makeTypos),
  changeText('white space', (text) => `  ${text.replaceAll(' ', '  ')} \n`),
  changeText('blank lines', (text) => `\n\n${text.replaceAll('\n', '\n\n')}\n\n`),
  frame('trailing dots', '', '...'),
  frame(
    'polite frame',
    'Hello! Could you please help me with the following?\n\n',
    '\n\nThank you very much in advance!',
  ),
  {
    name: 'system prompt',
    apply: (prompt) => ({
      ...(typeof prompt === 'string' ? {} : prompt),
      messages: [{ role: 'system', content: systemPrompt }, ...promptMessages(prompt)],
    }),
  },
  frame('German frame', 'Beantworte bitte die folgende Frage:\n\n', ''),
  frame('French frame', "Réponds s'il te plaît à la question suivante :\n\n", ''),
  frame('Spanish frame', 'Por favor, responde a la siguiente pregunta:\n\n', ''),
  frame('Chinese frame', '请回答下面的问题：\n\n', ''),
];

/** About one word in this many gets a typo, and at least one word of a prompt. */
const wordsPerTypo = 33;

/** Words long enough to stay readable with one wrong letter. */
const longWordPattern = /\p{L}{4,}/gu;

/** Drops a letter inside a word, or swaps two, in some random words. */
function makeTypos(text: string, random: Random): string {
  const words = [...text.matchAll(longWordPattern)];
  const count = Math.min(words.length, Math.max(1, Math.round(words.length / wordsPerTypo)));
  const chosen = new Set<number>();
  while (chosen.size < count) chosen.add(Math.floor(random() * words.length));
  return words.reduceRight(
    (result, { 0: word, index }, number) =>
      chosen.has(number)
        ? result.slice(0, index) + misspell(word, random) + result.slice(index + word.length)
        : result,
    text,
  );
}

function misspell(word: string, random: Random): string {
  const letters = [...word];
  const place = 1 + Math.floor(random() * (letters.length - 2));
  const [letter = '', next = ''] = letters.slice(place, place + 2);
  // Two equal letters swapped would be no typo.
  const isSwap = letter !== next && random() < 0.5;
  return [
    ...letters.slice(0, place),
    ...(isSwap ? [next, letter] : [next]),
    ...letters.slice(place + 2),
  ].join('');
}

function toTitleCase(text: string): string {
  return text.replaceAll(
    /(\p{L})([\p{L}\p{M}'’]*)/gu,
    (_, first: string, others: string) => first.toUpperCase() + others.toLowerCase(),
  );
}

/** A perturbation of everything that the user wrote. */
function changeText(name: string, change: (text: string, random: Random) => string): Perturbation {
  return {
    name,
    apply: (prompt, random) => {
      if (typeof prompt === 'string') return change(prompt, random);
      const messages = prompt.messages.map((message) =>
        message.role === 'user' ? changeMessage(message, (text) => change(text, random)) : message,
      );
      return { ...prompt, messages };
    },
  };
}

function changeMessage(message: ChatMessage, change: (text: string) => string): ChatMessage {
  const { content } = message;
  if (content === null || content === undefined) return message;
  if (typeof content === 'string') return { ...message, content: change(content) };
  return {
    ...message,
    content: content.map((part) =>
      part.type === 'text' && typeof part.text === 'string'
        ? { ...part, text: change(part.text) }
        : part,
    ),
  };
}

/** A perturbation that puts text around the user's last message. */
function frame(name: string, before: string, after: string): Perturbation {
  return {
    name,
    apply: (prompt) => {
      if (typeof prompt === 'string') return before + prompt + after;
      const last = prompt.messages.findLastIndex(({ role }) => role === 'user');
      const messages = prompt.messages.map((message, index) =>
        index === last ? frameMessage(message, before, after) : message,
      );
      return { ...prompt, messages };
    },
  };
}

function frameMessage(message: ChatMessage, before: string, after: string): ChatMessage {
  const { content } = message;
  if (content === null || content === undefined) return message;
  if (typeof content === 'string') return { ...message, content: before + content + after };
  const asPart = (text: string): ContentPart[] => (text === '' ? [] : [{ type: 'text', text }]);
  return { ...message, content: [...asPart(before), ...content, ...asPart(after)] };
}
