import { TagQuotes, type ReasoningTag } from './quoted-tags.js';

/** An answer without a model's reasoning and without the marks of its chat template. */
export type AnswerReading =
  | { readonly kind: 'answered'; readonly text: string }
  | { readonly kind: 'nothing'; readonly reason: string };

const reasoningTag =
  /(?<!(?:^|[^`])`)(?:[<◁](\/?)(?:seed:)?(think(?:ing)?|thoughts?|reasoning|scratchpad|reflection)[>▷]|\[(\/?)THINK(?:ING)?\]|<\|(begin|start|end)_(?:of_thought|thinking)\|>)/giu;
/** With the format of a structured output: `final <|constrain|>json`. */
const finalChannel = /<\|channel\|>final(?:\s?(?:<\|constrain\|>)?\s?[\w-]{1,40})?<\|message\|>/g;
/** A call of a tool, in a channel of its own. */
const toolChannel = /<\|channel\|>commentary to=/;
const anyChannel = /<\|channel\|>(?:analysis|commentary)/;
/** What is left of channels where a server removed the special tokens. */
const bareChannels = /^analysis(?=\S)/;
const bareFinal = 'assistantfinal';
const bareFormat = /^\s?json\s?(?=[{[])/;
/** Ends the turn: what follows was written by a model that ran on. */
const endOfTurn =
  /<\|(?:im_end|eot_id|end_of_text|endoftext|end|return|eom_id|end_of_solution|END_RESPONSE|END_OF_TURN_TOKEN)\|>|<end_of_turn>|<｜end▁of▁sentence｜>/u;
const templateMark =
  /<\|(?:begin_of_solution|start|im_start|assistant|final|START_RESPONSE|START_OF_TURN_TOKEN|CHATBOT_TOKEN)\|>(?:assistant)?|^\s{0,20}<(?:s|bos)>|(?:<\/s>|<eos>)\s{0,20}$/gu;
/** The block of an answer that directly follows the reasoning, as Granite writes it. */
const responseBlock =
  /^[ \t]?\n?<response>((?:(?!<\/response>).)*)(?:<\/response>\s{0,20}(?=<\||$)|$)/su;
/** What GLM's models that see mark as the answer, as others do with `\boxed{}`. */
const answerBox = /<\|begin_of_box\|>(.{0,2000}?)<\|end_of_box\|>/gsu;
const boxMark = /<\|(?:begin|end)_of_box\|>/g;

/** A text with more tags is hostile: none of them is looked at in its surroundings. */
const maxQuotedTags = 1000;

/**
 * Reads an answer as every grader and the judge see it. Reasoning is removed where its block is
 * closed, where only its end is there, and to the end of the text where it is never closed. A tag
 * quoted in code or JSON is text, and so is a block's own tag within it. Nothing was answered where
 * nothing is left.
 */
export function readAnswer(answer: string): AnswerReading {
  if (answer.trim() === '') return { kind: 'nothing', reason: 'empty answer' };
  const text = readBoxes(removeTemplateMarks(removeReasoning(readFinalChannel(answer))));
  return text.trim() === ''
    ? { kind: 'nothing', reason: 'no answer after the reasoning' }
    : { kind: 'answered', text };
}

/** The text of the final channel, where a model answers in channels. */
function readFinalChannel(answer: string): string {
  const final = [...answer.matchAll(finalChannel)].at(-1);
  if (final !== undefined) return answer.slice(final.index + final[0].length);
  const call = toolChannel.exec(answer);
  if (call !== null) return answer.slice(call.index);
  if (anyChannel.test(answer)) return '';
  const bare = bareChannels.test(answer) ? answer.lastIndexOf(bareFinal) : -1;
  return bare === -1 ? answer : answer.slice(bare + bareFinal.length).replace(bareFormat, '');
}

function removeReasoning(answer: string): string {
  let kept = '';
  let from = 0;
  /** The tags of the blocks that are open, the outermost first. */
  let open: readonly string[] = [];
  const tags = listReasoningTags(answer);
  const mayQuote = tags.length > 0 && tags.length <= maxQuotedTags;
  const quotes = mayQuote ? new TagQuotes(answer) : undefined;
  for (const tag of tags) {
    if (open.length === 0 && quotes?.isQuoted(tag) === true) continue;
    // Blocks are not nested in ones of their own kind: the reasoning speaks of its tag.
    if (!tag.isClosing && open.includes(tag.name)) continue;
    if (!tag.isClosing) {
      if (open.length === 0) kept += answer.slice(from, tag.start);
      open = [...open, tag.name];
    } else {
      // An end without a beginning: the template opened the block before the model wrote.
      if (open.length === 0) kept = '';
      open = open.slice(0, open.includes(tag.name) ? open.indexOf(tag.name) : -1);
    }
    from = tag.end;
    quotes?.begin(from);
  }
  if (open.length > 0) return kept;
  const rest = answer.slice(from);
  return kept + (from > 0 ? rest.replace(responseBlock, '$1') : rest);
}

interface NamedTag extends ReasoningTag {
  readonly name: string;
}

function listReasoningTags(answer: string): readonly NamedTag[] {
  const tags: NamedTag[] = [];
  for (const match of answer.matchAll(reasoningTag)) {
    const { 0: tag, 1: slash, 2: name = '', 3: bracketSlash, 4: word, index } = match;
    // "[Thinking]" is a heading; the tag of a template is in capitals.
    if (tag.startsWith('[') && tag !== tag.toUpperCase()) continue;
    const isClosing = slash === '/' || bracketSlash === '/' || word?.toLowerCase() === 'end';
    tags.push({ start: index, end: index + tag.length, isClosing, name: name.toLowerCase() });
  }
  return tags;
}

function removeTemplateMarks(text: string): string {
  const started = text.trimStart();
  const end = endOfTurn.exec(started);
  // A mark at the very start ends nothing.
  if (end !== null && end.index > 0) return started.slice(0, end.index).replace(templateMark, '');
  return text.replace(endOfTurn, '').replace(templateMark, '');
}

/** A box within a text is `\boxed{}`, which graders know; a box alone is what it holds. */
function readBoxes(text: string): string {
  if (!text.includes('_of_box|>')) return text;
  const outside = text.replace(answerBox, '').replace(boxMark, '').trim();
  if (/^[.!]?$/.test(outside)) return text.replace(boxMark, '');
  return text
    .replace(answerBox, (_, inner: string) =>
      /^[^{}\n]{1,200}$/.test(inner) ? `\\boxed{${inner}}` : inner,
    )
    .replace(boxMark, '');
}
