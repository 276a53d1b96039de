import { isJsonObject, type JsonValue } from '../../../util/json.js';
import { findJsonValues } from '../json/find-json.js';
import { letterIndex, plainChoiceText, type Choices, type FoundChoice } from './choices.js';
import { indexOfText } from './choice-texts.js';
import { findTextMentions } from './find-choice-mentions.js';
import { ofIndices, readLeading } from './read-stated-choice.js';

/** What an answer says of each of several choices: `{"A": false, "B": true}`, "- [x] B", "positive: 10%". */
interface ReadVerdicts {
  /** What the verdicts come to; ambiguous where they do not single out a choice. */
  readonly found: FoundChoice;
  /** The choices that are called right or checked; undefined where there are only scores. */
  readonly chosen: ReadonlySet<number> | undefined;
  /** The answer without the verdicts. */
  readonly rest: string;
}

/** A score as a share of 1; "unknown" for what may be a count, a rank or an explanation. */
type Value = boolean | number | 'unknown';

interface Verdict {
  readonly index: number;
  readonly value: Value;
  readonly start: number;
  readonly end: number;
}

/**
 * Reads the verdicts of an answer that has one for each of two or more choices.
 *
 * @returns undefined where there are none, or several of one choice
 */
export function readVerdicts(text: string, choices: Choices): ReadVerdicts | undefined {
  for (const read of [readBoxes, readMembers, readTextVerdicts, readLetterVerdicts]) {
    const verdicts = read(text, choices);
    const named = new Set(verdicts.map(({ index }) => index));
    if (named.size !== verdicts.length || named.size === 0) continue;
    const rest = removeSpans(text, verdicts);
    const isAll = !/[\p{L}\p{N}]/u.test(rest);
    if (named.size === 1 && !(isAll && deniesOne(verdicts, choices))) continue;
    const chosen = verdicts.filter(({ value }) => value === true).map(({ index }) => index);
    const isJudged = verdicts.every(({ value }) => typeof value === 'boolean');
    const found = decide(verdicts, choices);
    return { found, chosen: isJudged ? new Set(chosen) : undefined, rest };
  }
  return undefined;
}

/** "Toxic: False" and "toxic: 0.02", where the only other choice is "non-toxic". */
function deniesOne([only]: readonly Verdict[], { letterCount, texts }: Choices): boolean {
  const value = only?.value;
  return texts.length > 0 && letterCount === 2 && (value === false || Number(value) < 0.5);
}

function decide(verdicts: readonly Verdict[], choices: Choices): FoundChoice {
  const named = verdicts.map(({ index }) => index);
  const all = [...Array(choices.letterCount).keys()];
  const left = all.filter((index) => !named.includes(index));
  if (verdicts.every(({ value }) => typeof value === 'boolean')) {
    const chosen = verdicts.filter(({ value }) => value === true).map(({ index }) => index);
    // "A: true, B: false, C: true": the question may be which one is not.
    const isOdd = chosen.length > 1 && chosen.length === named.length - 1;
    if (isOdd && choices.texts.length === 0) return ofIndices(named);
    return ofIndices(chosen.length > 0 ? chosen : left.length > 0 ? left : named);
  }
  const scores = verdicts.map(({ value }) => (typeof value === 'number' ? value : Number.NaN));
  const highest = Math.max(...scores);
  const best = verdicts.filter((_, at) => scores[at] === highest);
  const isScored = scores.length > 1 && scores.every((score) => !Number.isNaN(score));
  return ofIndices(
    isScored && best.length === 1
      ? best.map(({ index }) => index)
      : verdicts.length > 1
        ? named
        : all,
  );
}

const uncheckedBox = String.raw`\[[ \t]?\]|[☐⬜□○◯⚪❌✗✘]|\([ \t]?\)`;
const box = new RegExp(
  String.raw`(?:(?<=^[ \t>]{0,8}(?:[-*•+][ \t]{1,4}|\d{1,2}[.)][ \t]{1,4})?)(?:(${uncheckedBox})|\[[xX✓✔]\]|[☑☒■●◉⚫🔘✅✓✔]|\([xX]\))|(?<=[ \t])(?:(\[[ \t]?\]|☐)|\[[xX✓✔]\]|☑))\ufe0f?[ \t]{0,4}`,
  'gmu',
);

/** "- [x] A, C": a box of several letters, which is not a verdict on the first alone. */
const joined =
  /^[\s(*_]{0,4}[A-J][)*_]{0,3}(?:,|[^\S\n]?&|,?[^\S\n](?:and|und|et|y|e))[^\S\n]?[(*_]{0,3}[A-J](?![\p{L}\p{N}])/u;

/** "- [ ] A", "- [x] B" */
function readBoxes(text: string, choices: Choices): readonly Verdict[] {
  const boxes = [...text.matchAll(box)];
  if (boxes.some((match) => joined.test(text.slice(match.index + match[0].length)))) return [];
  return boxes.flatMap((match, at) => {
    const start = match.index;
    const after = start + match[0].length;
    const lineEnd = text.indexOf('\n', after);
    const end = Math.min(
      lineEnd === -1 ? text.length : lineEnd,
      boxes[at + 1]?.index ?? text.length,
    );
    const leading = readLeading(text.slice(after, end), choices);
    const value = match[1] === undefined && match[2] === undefined;
    return leading === undefined ? [] : [{ index: leading.index, value, start, end }];
  });
}

/** `{"A": false, "B": true}`, also one level down. */
function readMembers(text: string, choices: Choices): readonly Verdict[] {
  if (!text.includes('{')) return [];
  for (const { value, start, end } of findJsonValues(text).toReversed()) {
    const objects = isJsonObject(value) ? [value, ...Object.values(value)] : [];
    for (const object of objects.filter(isJsonObject)) {
      const entries = Object.entries(object).flatMap(([key, member]) => {
        const index = indexOfLabel(key, choices);
        return index === undefined ? [] : [{ index, value: readMember(member as JsonValue) }];
      });
      const isOfLetters = choices.texts.length === 0;
      const values = isOfLetters && !areShares(entries) ? withoutNumbers(entries) : entries;
      if (entries.length > 1) return values.map((entry) => ({ ...entry, start, end }));
    }
  }
  return [];
}

function indexOfLabel(key: string, choices: Choices): number | undefined {
  const index = indexOfText(plainChoiceText(key), choices.texts);
  if (index !== -1) return index;
  const letter = /^(?:option[\s_]|choice[\s_])?\(?([A-Za-z])[).]?$/i.exec(key.trim())?.[1];
  return letter === undefined ? undefined : letterIndex(letter, choices);
}

type Judged = Pick<Verdict, 'index' | 'value'>;

/** Whether scores add up to 1: others beside letters may be the options of a question. */
function areShares(entries: readonly Judged[]): boolean {
  const sum = entries.reduce((total, { value }) => total + Number(value), 0);
  return Math.abs(sum - 1) < 0.02;
}

function withoutNumbers(entries: readonly Judged[]): readonly Judged[] {
  return entries.map((entry) =>
    typeof entry.value === 'number' ? { ...entry, value: 'unknown' as const } : entry,
  );
}

function readMember(member: JsonValue): Value {
  if (typeof member === 'boolean') return member;
  if (typeof member === 'number') return readScore(member, '');
  const text = typeof member === 'string' ? `:${member}` : '';
  return readValue(text)?.value ?? 'unknown';
}

const valueStart = String.raw`^["'*_\x60)\]]{0,4}\s?(?:[:=(|→]|\s-\s)[\s"'*_\x60]{0,4}`;
const valueEnd = String.raw`(?=["'*_\x60]{0,4}\s?(?:[,;)}\]|\n]|$|[(–—-]\s?|\.(?:\s|$)))`;
const score = new RegExp(
  String.raw`${valueStart}(-?(?:\d+(?:\.\d+)?|\.\d+)(?:e-?\d+)?)(?:\s?(%)|\s?\/\s?(\d+))?${valueEnd}`,
  'iu',
);
const word = new RegExp(
  String.raw`${valueStart}(?:(true|correct|right|yes|✓|✔|✅)|false|incorrect|wrong|no|✗|✘|❌)${valueEnd}`,
  'iu',
);

/** The score or verdict that follows a choice. */
function readValue(after: string): { readonly value: Value; readonly length: number } | undefined {
  const scored = score.exec(after);
  if (scored !== null) {
    const [{ length }, number = '', percent = '', scale = ''] = scored;
    return { value: readScore(Number(number), percent || scale), length };
  }
  const judged = word.exec(after);
  return judged === null ? undefined : { value: judged[1] !== undefined, length: judged[0].length };
}

/** A number between 0 and 1 is a score, and others may be counts or ranks. */
function readScore(number: number, scale: string): Value {
  const divisor = scale === '' ? 1 : scale === '%' ? 100 : Number(scale);
  const share = number / divisor;
  return share >= 0 && share <= 1 ? share : 'unknown';
}

/** "Positive: 10%, negative: 90%", "toxic: no" */
function readTextVerdicts(text: string, choices: Choices): readonly Verdict[] {
  const isVerdict = haveVerdictWord(choices);
  return findTextMentions(text, choices.texts).flatMap(({ index, position, end }) => {
    const read = readValue(text.slice(end, end + 40));
    const isWord = /\p{L}{2}/u.test(text.slice(position, end));
    if (read === undefined || !isWord || (isVerdict && typeof read.value === 'boolean')) return [];
    return [{ index, value: read.value, start: position, end: end + read.length }];
  });
}

const rightWords =
  'true|correct|right|yes|richtig|wahr|korrekt|ja|vrai|oui|correcte?|verdader[oa]|correct[oa]|sí|ver[oa]|giust[oa]|corrett[oa]|sì|verdadeir[oa]|corret[oa]|sim|верно|正确|對|对|[✓✔✅]';
const wrongWords =
  'false|incorrect|wrong|no|falsch|nein|unwahr|faux|fausse|non|incorrecte?|fals[oa]|incorrect[oa]|errat[oa]|sbagliat[oa]|não|incorret[oa]|неверно|错误|錯誤|错|不正确|[✗✘❌]';
/** "A - true", "**B**: falsch", "3. C = no, it fails", and not "A - True love is rare". */
const letterVerdict = new RegExp(
  String.raw`(?<=^|[,;.]\s{1,2})[>|*_ \t-]{0,8}(?:\d{1,2}[.)]\s)?(?:(?:option|statement|choice|answer|aussage|opción|proposition|affirmation)\s)?[*_(]{0,4}([A-J])(?:[*_)]{0,4}\s?(?:[:：=|→]|\s?-{1,2}(?=\s))|[*_]{0,3}\))[ *_]{0,4}(?:(${rightWords})|${wrongWords})\ufe0f?(?=[*_]{0,4}(?:[.,;:!|(。，；]|\s[|(-]|\s{0,2}$|\s(?:because|since|as|weil|car|porque|perché)\s))`,
  'gimu',
);
/** "A) True" and "B) False" may be the options of a question, and "B) No, it is void" an answer. */
const minLetters = 3;
/** Of options that are known to be others, two letters can be judged. */
const minKnownLetters = 2;
/** "Falso", "no, the contract is void", "the statement is incorrect": "B) Falso" names such a choice. */
const verdictText = new RegExp(
  String.raw`^(?:${rightWords}|${wrongWords})(?!\p{L})|(?<!\p{L})(?:${rightWords}|${wrongWords})$`,
  'iu',
);

/** "A - false", "B - true": letters with a verdict each, one a line or clause, with what is said of it. */
function readLetterVerdicts(text: string, choices: Choices): readonly Verdict[] {
  if (choices.texts.some((one) => verdictText.test(one))) return [];
  const matches = [...text.matchAll(letterVerdict)];
  const verdicts = matches.flatMap((match, at) => {
    const index = letterIndex(match[1] as string, choices);
    const lineEnd = text.indexOf('\n', match.index);
    const next = matches[at + 1]?.index ?? text.length;
    // What a line says further is why, unless it goes on with other letters.
    const to = lineEnd === -1 ? text.length : lineEnd;
    const isLine =
      next >= to && (matches[at - 1]?.index ?? -1) <= text.lastIndexOf('\n', match.index);
    const end = isLine ? to : match.index + match[0].length;
    return index === undefined
      ? []
      : [{ index, value: match[2] !== undefined, start: match.index, end }];
  });
  const isAll = !/[\p{L}\p{N}]/u.test(removeSpans(text, verdicts));
  const min = isAll && choices.texts.length > 0 ? minKnownLetters : minLetters;
  return verdicts.length >= min ? verdicts : [];
}

function haveVerdictWord({ texts }: Choices): boolean {
  return texts.some((one) => /^(?:true|false|yes|no|correct|incorrect|right|wrong)$/.test(one));
}

function removeSpans(text: string, spans: readonly Verdict[]): string {
  let rest = '';
  let from = 0;
  for (const { start, end } of spans) {
    rest += text.slice(from, Math.max(from, start));
    from = Math.max(from, end);
  }
  return rest + text.slice(from);
}
