import { isJsonObject, type JsonValue } from '../../../util/json.js';
import { answerTags } from './answer-tags.js';
import {
  answerMembers,
  answerNoun,
  linkingVerb,
  nounLinks,
  rejectingWord,
  statingVerb,
} from './answer-words.js';
import { findJson } from '../json/find-json.js';
import { boxedCommand, findClosingBrace } from '../math/plain-math.js';

/** A part of an answer that says "this is my answer". */
export interface MarkedAnswer {
  readonly kind: 'boxed' | 'tag' | 'json' | 'hashes' | 'announced';
  readonly text: string;
  readonly start: number;
  /** "If it had asked for cost, the answer would be C": announced for another question. */
  readonly isSupposed?: boolean;
}

const answerTag = new RegExp(String.raw`<(${answerTags})>([^<]{0,2000})(?:</\1>|$)`, 'gi');
/** A line after four hashes; a heading goes on with words, a step with its number and words. */
const hashes =
  /####[ \t]{0,4}(?![ \t])(?!(?:step|part|option|choice|case|solution|explanation|why|reason|analysis|answer)(?![a-z]))([^\n]{1,300})/gi;
/** Where a model that was not stopped goes on to write the next question itself. */
const nextQuestion =
  /\n\s{0,20}(?:#{0,4}\s?|\*\*)?(?:Q|Question|Problem|Human|User|Instruction|Input)(?:\s\d{1,4})?\s?:/g;
const lineStart = /(?:^|\n)[\s*_#]{0,8}(?:(?:final|correct|endgültige|finale?|最终)\s?)?$/i;
const headingEnd = /^[\s*_:]{0,8}\n+/;
/** "If the question had asked about cost, the answer would be C" answers another question. */
const counterfactual = [
  String.raw`(?:were|was|had|did|asked|wanted|meant)`,
  String.raw`(?:question|passage|prompt|text|author|problem|they|it)\s\p{L}{2,14}ed`,
  // German puts "wäre" before the answer, too.
  String.raw`(?:wäre|hätte|würde|fragte|ginge)(?=[^.!?\n]{0,80},)`,
  String.raw`(?!fait)\p{L}{2,15}ait`,
  String.raw`(?:fuera|fuese|hubiera|preguntara|pidiera|tratara)`,
  String.raw`(?:fosse|avesse|chiedesse|tivesse|perguntasse|pedisse)`,
  'бы',
].join('|');
const supposition = new RegExp(
  String.raw`(?:^|[.!?\n])(?:[^.!?\n]{0,20}(?<!\p{L})(?:if|wenn|si|se|если)\s(?!(?:I|we|you|forced|only|pressed|one|ich|wir|man|je|on|tuviera|dovessi)\s)(?=[^.!?\n]{0,120}(?<!\p{L})(?:${counterfactual})(?!\p{L}))|\s{0,3}(?:but\s|however,\s)?(?:had|were)\s(?!(?:I|we|you|one)\s))[^.!?\n]{1,160}$`,
  'iu',
);
const supposing = /(?<!\p{L})(?:would|wäre|serait|sería|seria|sarebbe)(?!\p{L})/iu;
/** Between the noun and its verb: "the answer, however, is B". */
const connective = /,\s(?:however|therefore|then|though|of course|in fact|thus|hence),\s?$/i;
/** "Answer B describes ..." names an option, and counts less than "the answer is A". */
const namesOption = /^[\s*_"'(]{0,4}[A-Z](?![\p{L}\p{N}]|'(?!d[ıiuü]r))/u;
const maxAnnouncedLength = 400;
/** Earlier announcements are not looked at. */
const maxAnnounced = 12;
const maxVerbDistance = 90;
/** An answer says "the answer" a few times; a text that says it more often is read from its end. */
const maxNouns = 2000;

const maxOpening = 2000;
const maxEnding = 6000;

/** The beginning and the end of a long answer, which is where it states what it comes to. */
export function shortenAnswer(text: string): string {
  return text.length <= maxOpening + maxEnding
    ? text
    : `${text.slice(0, maxOpening)}\n\n${text.slice(-maxEnding)}`;
}

/** The text up to the next question of a model that ran on after its answer. */
export function cutRunOn(text: string): string {
  for (const match of text.matchAll(nextQuestion)) {
    const before = text.slice(0, match.index);
    if (before.trim() !== '' && findMarkedAnswers(before).length > 0) return before;
    break;
  }
  return text;
}

/**
 * The parts of an answer that say "this is my answer", most reliable first and within one kind the
 * last first: `\boxed{...}`, an `<answer>` tag, the member "answer" of JSON, a line after `####`, then
 * what follows "the answer is" or "Answer:".
 */
export function findMarkedAnswers(text: string): readonly MarkedAnswer[] {
  return [
    ...findBoxed(text).reverse().slice(0, maxAnnounced),
    ...[...text.matchAll(answerTag)]
      .map((match) => mark('tag', match[2] as string, match.index))
      .reverse(),
    ...findMembers(text),
    ...[...text.matchAll(hashes)]
      .map((match) => mark('hashes', match[1] as string, match.index))
      .slice(-maxAnnounced)
      .reverse(),
    ...findAnnounced(text),
  ];
}

function mark(kind: MarkedAnswer['kind'], text: string, start: number): MarkedAnswer {
  return { kind, text, start };
}

/** What is boxed; two boxes that "or", "and" or a comma joins are one statement. */
function findBoxed(text: string): MarkedAnswer[] {
  const found: MarkedAnswer[] = [];
  let end = 0;
  for (const match of text.matchAll(boxedCommand)) {
    const open = match.index + match[0].length - 1;
    const close = findClosingBrace(text, open, Math.min(text.length, open + 500));
    if (close === -1) continue;
    const inner = text.slice(open + 1, close);
    const joint = /^[$\s]{0,4}(,|or|and|oder|und|ou|et|o|y)[$\s]{0,4}$/.exec(
      text.slice(end, match.index),
    );
    const previous = found.at(-1);
    if (joint !== null && previous !== undefined) {
      found[found.length - 1] = {
        ...previous,
        text: `${previous.text} ${joint[1] ?? ','} ${inner}`,
      };
    } else found.push(mark('boxed', inner, match.index));
    end = close + 1;
  }
  return found;
}

/** The member of a JSON object that is called "answer" or the like, at its top or one level down. */
function findMembers(text: string): readonly MarkedAnswer[] {
  if (!text.includes('{')) return [];
  const value = findJson(text)?.value;
  if (!isJsonObject(value)) return [];
  const nested = Object.values(value).filter(isJsonObject);
  for (const pattern of answerMembers) {
    for (const object of [value, ...nested]) {
      const name = Object.keys(object).find((key) => pattern.test(key));
      if (name === undefined) continue;
      return [mark('json', describeMember(object[name] as JsonValue), 0)];
    }
  }
  return [];
}

function describeMember(value: JsonValue): string {
  if (Array.isArray(value))
    return value.map((item) => describeMember(item as JsonValue)).join(', ');
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function findAnnounced(text: string): readonly MarkedAnswer[] {
  const announced: MarkedAnswer[] = [];
  const named: MarkedAnswer[] = [];
  const supposed: MarkedAnswer[] = [];
  const add = (start: number): void => {
    announced.push(...readAnnounced(text, start));
  };
  for (const match of [...text.matchAll(answerNoun)].slice(-maxNouns)) {
    if (rejectingWord.test(text.slice(Math.max(0, match.index - 40), match.index))) continue;
    const end = match.index + match[0].length;
    const after = text.slice(end, end + maxVerbDistance);
    const isHeading = lineStart.test(text.slice(Math.max(0, match.index - 20), match.index));
    const linked =
      (isHeading ? headingEnd.exec(after)?.[0].length : undefined) ?? findLink(match[0], after);
    const isSupposed =
      supposing.test(text.slice(end, end + (linked ?? 0))) &&
      supposition.test(text.slice(Math.max(0, match.index - 200), match.index));
    if (linked !== undefined && isSupposed) {
      const marked = readAnnounced(text, end + linked);
      supposed.push(...marked.map((one) => ({ ...one, isSupposed })));
    } else if (linked !== undefined) add(end + linked);
    else if (namesOption.test(after)) named.push(...readAnnounced(text, end));
  }
  for (const match of text.matchAll(statingVerb)) add(match.index + match[0].length);
  announced.sort((a, b) => b.start - a.start);
  const stated = [...announced, ...named.reverse()];
  return (stated.length > 0 ? stated : supposed.reverse()).slice(0, maxAnnounced);
}

function readAnnounced(text: string, start: number): readonly MarkedAnswer[] {
  const rest = text.slice(start, start + maxAnnouncedLength).replace(/^[\s*_:"]{0,8}(?=\S)/, '');
  return rest.trim() === '' ? [] : [mark('announced', rest, start)];
}

/** How far into what follows the noun its answer begins; some verbs link only certain nouns. */
function findLink(noun: string, after: string): number | undefined {
  const ownLink = nounLinks.find(([one]) => one.test(noun))?.[1].exec(after);
  const link = ownLink ?? linkingVerb.exec(after);
  if (link === null) return undefined;
  const between = after.slice(0, link.index).replace(connective, ' ');
  // A sentence or line that ends before the verb, or nine words, and the verb is another one's.
  // "The answer cannot be A."
  if (
    /\b(?:cannot|can't|can not|could(?: not|n't)|must(?: not|n't)|should(?: not|n't))\s*$/i.test(
      between,
    )
  ) {
    return undefined;
  }
  const isDirect = link[0] !== '=' || /^[\s*_"']*$/.test(between);
  const isOneClause = !/[.!?\n;,]\s|[\n。]/.test(between) && between.split(/\s+/).length <= 10;
  return isDirect && isOneClause ? link.index + link[0].length : undefined;
}
