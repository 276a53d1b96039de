import { normalizeColumnName } from '../tables/column-names.js';

/** Words that say on their own that something is asked, the most telling first. */
const askingWords: readonly RegExp[] = [
  'prompts?',
  'questions?',
  // Not surveys, demand, queries of the staff, and who asks.
  '(?!\\w*(?:umfrage|nachfrage|ruckfrage|anfrage))\\w*frage(?:n|stellung(?:en)?|text)?|' +
    'preguntas?|consultas?|domand[ae]|perguntas?',
  'quer(?:y|ies)|requetes?',
  'instructions?|anweisung(?:en)?',
  'utterances?',
  'problems?|problem(?:stellung|beschreibung)|\\w*aufgaben?',
  'requests?|in?quir(?:y|ies)|enquir(?:y|ies)|demandes?|anliegen|\\w*anfragen?',
  'messages?|\\w*nachricht(?:en)?|mensajes?|messaggio?|mensage(?:m|ns)',
].map(wholeWord);

/** Words for texts that are asked, unless a longer one beside them is: a product may be described for its reviews. */
const contentWords: readonly RegExp[] = [
  'conversations?|dialog(?:ue)?s?|transcripts?|chats?',
  'texts?|textos?|testo|texte',
  'body',
  'sentences?|satz|statements?|claims?',
  'reviews?|tweets?|complaints?|posts?|stor(?:y|ies)|essays?',
  'articles?|documents?|passages?',
  '\\w*beschreibung(?:en)?|descriptions?|descripcion|descrizione|descricao',
  'contents?|inhalt|contenu|contenido',
  'inputs?|eingaben?',
  'tickets?|e?mails?|issues?',
].map(wholeWord);

const promptWords = [...askingWords, ...contentWords];

/** So many of them name what is asked whatever stands beside it; a request may also head a longer text. */
const clearWords = 6;

/** Words that name what was answered: by a model, an agent or the one who labeled the prompts. */
const answerWords = wholeWord(
  'responses?|repl(?:y|ies)|answers?|answered|outputs?|completions?|generations?|generated|predictions?|' +
    'predicted|solutions?|resolutions?|\\w*antwort\\w*|losung(?:en)?|ausgaben?|reponses?|respuestas?|' +
    'rispost[ae]|respostas?|results?|chosen|rejected|extracted|clarifying|follow|expected|gold|ideal|targets?|labels?',
);

/** Words for who answers, or for what the answers are: alone they name an answer, but not in `llm_prompt`. */
const answererWords = wholeWord(
  'agents?|assistants?|(?:chat)?bots?|reference|gpt\\w*|llms?|claude|gemini|llama|mi[sx]tral|qwen|deepseek',
);

/** Words that say what a column is beside a word for who answers. */
const askedWords = wholeWord(
  'prompts?|questions?|\\w*frage|preguntas?|consultas?|domand[ae]|perguntas?|quer(?:y|ies)|requetes?',
);

/** Words for what is said about a prompt or sent with it. Some files have nothing else to ask. */
const asideWords = wholeWord(
  'comments?|notes?|remarks?|feedback|explanations?|rationales?|reason(?:s|ing)?|thoughts?|summar(?:y|ies)|' +
    'hints?|contexts?|histor(?:y|ies)|previous|prior|past|before|earlier|threads?|trajector(?:y|ies)|' +
    'traces?|shots?|examples|exemplars?|demonstrations?|demos|system\\w*|templates?|metadata|' +
    '\\w*kommentare?|\\w*notiz(?:en)?|(?:an|be)merkung(?:en)?|zusammenfassung|begrundung|kontext|comentarios?|commentaires?|notas?',
);

/** Words for what names or heads a longer text, such as the subject of a message. */
const captionWords = wholeWord(
  'subjects?|titles?|headlines?|headings?|names?|authors?|address(?:es)?|betreff|titel|uberschrift|' +
    'adresse|asunto|titulo|objet|titre|oggetto|assunto|titolo',
);

/** Last words of names that say when, by whom or of which kind a text is: "Message date". */
const captionEnd = wholeWord(
  'dates?|times?|datum|ids?|numbers?|nr|owners?|senders?|contacts?|from|by|von|types?|categor(?:y|ies)|status',
);

/** Words for a shorter form of the text in another column. */
const shortWords = wholeWord('short|brief|kurz\\w*');

/** Words for who asks. */
const askerWords = wholeWord('customers?|users?|clients?|kunden');

function wholeWord(words: string): RegExp {
  return new RegExp(`^(?:${words})$`);
}

/** What the name of a column says of its texts. */
export type TextName =
  | {
      readonly kind: 'prompt';
      /** From 0, the most telling. */
      readonly rank: number;
      /** Whether it says so on its own, also beside longer texts. */
      readonly isClear: boolean;
    }
  | { readonly kind: 'answer' | 'aside' | 'caption' | 'other' };

/** The headers of promptfoo's outputs: the provider and its prompt, such as `[openai:gpt-4o] Answer: {{ticket}}`. */
const promptfooOutput = /^\s*\[[^\]\s]+\]\s|\{\{.*\}\}/s;

/** Reads what a column holds from the words of its name, such as `customer_message` and "Agent reply". */
export function readTextName(column: string): TextName {
  if (promptfooOutput.test(column)) return { kind: 'answer' };
  const words = normalizeColumnName(column)
    .split(/[^\p{L}\p{N}]+|_/u)
    .map((word) => word.replace(/(?<=\D{2})\d+$/, ''));
  const isNamed = (pattern: RegExp): boolean => words.some((word) => pattern.test(word));
  const isAddressed = isNamed(answererWords) && askedWords.test(words.at(-1) ?? '');
  const isAnswer = isNamed(answerWords) || (isNamed(answererWords) && !isAddressed);
  if (isAnswer && !isAskedFor(words)) return { kind: 'answer' };
  if (isNamed(asideWords)) return { kind: 'aside' };
  if (isNamed(captionWords) || captionEnd.test(words.at(-1) ?? '')) return { kind: 'caption' };
  // An agent may have asked it: other names of prompts come first.
  if (isAddressed) return { kind: 'prompt', rank: promptWords.length, isClear: false };
  const rank = promptWords.findIndex(isNamed);
  if (rank === -1) return { kind: 'other' };
  if (isNamed(shortWords)) return { kind: 'prompt', rank: promptWords.length, isClear: false };
  return { kind: 'prompt', rank, isClear: rank < clearWords || isNamed(askerWords) };
}

/** Whether a name begins as "Prompt for GPT" and "Question to answer" do. */
function isAskedFor(words: readonly string[]): boolean {
  const place = words.findIndex((word) => askedWords.test(word));
  const before = words.slice(0, Math.max(0, place));
  return (
    /^(?:to|for)$/.test(words[place + 1] ?? '') &&
    !before.some((word) => answerWords.test(word) || answererWords.test(word))
  );
}
