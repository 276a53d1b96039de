import { rejectingLabel } from './answer-words.js';
import { letterIndex, readChoiceText, type Choices, type FoundChoice } from './choices.js';
import {
  findBareLetters,
  findTextMentions,
  findWrappedLetters,
  readStance,
  startsWithText,
  type Mention,
} from './find-choice-mentions.js';
import { cutRunOn, findMarkedAnswers, shortenAnswer } from './find-marked-answers.js';
import { plainMath } from './math/plain-math.js';

const openers = '[\\s*_`"\'$(\\[{#>]{0,8}';
/** What may follow the letter A or I where it is an answer; the article and the pronoun go on. */
const closers =
  /^[)\]}*_`"'$.:,;!?。，、；：]|^\s*$|^\s*-|^\s\(|^\s(?:because|since|as|for|which|car|puisque|weil|denn|da|porque|ya que|perché|poiché|omdat|потому|and\s[B-Z](?!\p{L})|or\s[B-Z](?!\p{L})|(?:is|was)\s(?:the\s(?:best|correct|right|only|answer|most)|correct|right|true))(?!\p{L})/u;
const leadingLetter = new RegExp(
  `^${openers}(?:(?:both|either|clearly|probably|definitely|likely|most likely|option|options|choice|letter|answer|the letter|选项|it is|it's)\\s?${openers}){0,2}(\\p{L})`,
  'iu',
);
const letteredLine = new RegExp(
  `^${openers}(?:[-•]\\s[\\s*_(]{0,4})?([A-Za-z])["'\`*_$]{0,3}(?:[).:\\]](?![A-Za-z])|(?=\\s{0,2}[✓✔✅✗✘❌]))`,
  'u',
);
const loneLetter = new RegExp(
  `^${openers}(?:[-•]\\s)?(?:(?:option|choice|letter)\\s)?([A-Za-z])[\\s*_\`"'$)\\]}.:!]{0,10}$`,
  'iu',
);
/** "B/C" is two answers. */
const slashedPair = /^[\s*_`"'$([]{0,6}([A-Z])\s?[/|]\s?([A-Z])[\s*_`"'$)\].]{0,6}$/;
const secondOne =
  /^[\s*_`"'$)\].]{0,4}(?:,|\/|&|\band\b|\bor\b|\bund\b|\boder\b|\bet\b|\bou\b|\by\b|\bo\b|\be\b|или|和|或)\s?(?:option\s|choice\s|or\s|and\s)?[\s*_`"'$([]{0,4}/iu;
/** "B? No, C." and "B, wait, C": what comes next is the answer. */
const retraction =
  /^[\s*_`"')\].]{0,6}(?:\?|\.{3}|…|\s-{1,2}|[,.;])\s{0,2}(?:(?:no|nope|wait|hmm+|actually|sorry|oops|scratch that|correction|or rather|make that|nein|doch|non|нет)[\s,.:;!-]{0,4}){1,4}(?:(?:it's|it is|that's|it should be|i mean|the answer is)\s)?/i;
const contrast = /[,;.]?\s(?:but|however|yet|aber|sondern|mais|pero|sino|ma|mas|но|但)\s/iu;
const aside =
  /[,;]?\s(?:because|since|whereas|while|although|though|even though|unlike|despite|as opposed to|rather than|instead of|compared (?:to|with)|weil|während|obwohl|car|parce que|tandis que|porque|mientras|aunque|perché|mentre|enquanto|embora|потому что|хотя)\s[^.;\n]*/giu;
/** "While A looks good, B is right": the clause that only concedes something. */
const concession =
  /(?<=^|[.!?\n]\s{0,2})(?:while|although|though|even\sthough|despite|unlike|whereas|obwohl|während|bien\sque|aunque|sebbene|embora|хотя|虽然|尽管|between|of)\s?[^.;\n,]{1,200},/giu;
/** "D, but A is also defensible" stays with D. */
const conceding =
  /\b(?:also|too|defensible|possible|plausible|arguabl[ey]|close|tempting|partly|partially)\b/i;
const right = /\b(?:correct|right|true|yes|fits|best)\b|[✓✔✅]/i;
const wrong = /\b(?:incorrect|wrong|false|not|no|too|fails?|n't)\b|n't|[✗✘❌]/i;
const none: FoundChoice = { kind: 'none' };
const maxLine = 500;

/**
 * The choice that an answer states. A marked answer ("the answer is", `\boxed{}`) beats a line that
 * holds nothing else, which beats the choice that the answer begins with, which beats what its text
 * mentions and does not reject. Of several statements of the same kind, the last counts; of several
 * mentions without a stance, none. The article "A" and the pronoun "I" are no answers.
 */
export function findChoice(answer: string, choices: Choices): FoundChoice {
  const text = cutRunOn(readChoiceText(shortenAnswer(answer)));
  for (const { text: marked } of findMarkedAnswers(text)) {
    const found = readStatedChoice(plainMath(marked), choices);
    if (found.kind !== 'none') return found;
  }
  const plain = plainMath(text);
  const lines = plain.split('\n').filter((line) => line.trim() !== '');
  return (
    [findLastLine, findJudgedLine, findLabeledLine, findOpening, findOnlyLine].reduce<
      FoundChoice | undefined
    >((found, find) => found ?? find(lines, choices), undefined) ??
    findMentioned(withoutOptionLists(lines).join('\n'), choices)
  );
}

/** Reads what follows "the answer is". */
export function readStatedChoice(stated: string, choices: Choices): FoundChoice {
  const leading = readLeading(stated, choices);
  if (leading !== undefined) {
    const rest = stated.slice(leading.end);
    const mention = { position: 0, end: leading.end, index: leading.index };
    if (readStance(stated, mention) === 'rejected') return none;
    const retracted = choices.texts.includes('no') ? null : retraction.exec(rest);
    const instead = retracted && readLeading(rest.slice(retracted[0].length), choices);
    if (instead) return { kind: 'found', index: instead.index };
    const joint = secondOne.exec(rest);
    const second = joint && readLeading(rest.slice(joint[0].length), choices);
    if (!second || second.index === leading.index) return { kind: 'found', index: leading.index };
    const secondEnd = (joint as RegExpExecArray)[0].length + second.end;
    const after = rest.slice(secondEnd);
    const isRejected =
      readStance(rest, { position: 0, end: secondEnd, index: second.index }) === 'rejected';
    if (isRejected) return { kind: 'found', index: leading.index };
    // "A, B is wrong" names one; "A or B" two.
    return /^[\s*_`"'$)\].,;!?]{0,6}(?:$|\n|\s(?:are|both|would|could|can|may|might|seem|works?|fits?)\b)/.test(
      after,
    )
      ? { kind: 'ambiguous', indices: [leading.index, second.index] }
      : { kind: 'found', index: leading.index };
  }
  const [line = ''] = stated.split('\n', 1);
  const [sentence = ''] = line.replace(aside, '').split(/[.;!?](?=\s)/, 1);
  const mentions = findTextMentions(sentence, choices.texts);
  const kept = mentions.length > 0 ? mentions : findWrappedLetters(sentence, choices);
  const letters =
    kept.length > 0
      ? kept
      : /^\s*(?:not|nicht|pas|no)\s/i.test(sentence)
        ? findBareLetters(sentence, choices)
        : [];
  const notRejected = letters.filter((mention) => readStance(sentence, mention) !== 'rejected');
  return ofIndices(notRejected.map(({ index }) => index));
}

function ofIndices(indices: readonly number[]): FoundChoice {
  const distinct = [...new Set(indices)];
  const [only] = distinct;
  if (only === undefined) return none;
  return distinct.length === 1
    ? { kind: 'found', index: only }
    : { kind: 'ambiguous', indices: distinct };
}

/** The choice that a text begins with, by its text or its letter. */
function readLeading(
  text: string,
  choices: Choices,
): { readonly index: number; readonly end: number } | undefined {
  const named = startsWithText(text, choices.texts);
  if (named !== undefined) return named;
  // JSON says true and false where the choices are yes and no.
  const truth = /^\s*(true|false)\s*$/.exec(text)?.[1];
  const spoken = truth && choices.texts.indexOf(truth === 'true' ? 'yes' : 'no');
  if (typeof spoken === 'number' && spoken >= 0) return { index: spoken, end: text.length };
  const match = leadingLetter.exec(text);
  const letter = match?.[1];
  if (match === null || letter === undefined) return undefined;
  const after = text.slice(match[0].length, match[0].length + 24);
  if (
    /^(?!'(?:d[ıiuü]r|t[ıiuü]r)(?!\p{L}))'?[\p{Script=Latin}\p{N}]|^[/&+#](?!\s)|^\((?!\s)/u.test(
      after,
    )
  )
    return undefined;
  // "The answer is B since" is clear; "Answer: A cat" and "answer: I think" are not letters.
  if (/[^B-HJ-Z]/.test(letter) && !closers.test(after)) return undefined;
  const index = letterIndex(letter, choices);
  return index === undefined ? undefined : { index, end: match[0].length };
}

/** The last line that is nothing but a choice. */
function findLastLine(lines: readonly string[], choices: Choices): FoundChoice | undefined {
  for (const line of lines.toReversed()) {
    const index = line.length > maxLine ? undefined : readWholeLine(line, choices);
    if (index !== undefined) return { kind: 'found', index };
  }
  return undefined;
}

function readWholeLine(line: string, choices: Choices): number | undefined {
  const plain = line
    .replace(/^[\s*_`"'$([{#>-]{1,10}/, '')
    .replace(/[\s*_`"'$).!\]}]{1,10}$/, '')
    .toLowerCase();
  const named = choices.texts.findIndex(
    (text) => text === plain || text === line.trim().toLowerCase(),
  );
  if (named !== -1) return named;
  const letter = loneLetter.exec(line)?.[1];
  return letter === undefined ? undefined : letterIndex(letter, choices);
}

/** The options with a verdict each: "A) 3 - wrong", "B) 5 - correct". */
function findJudgedLine(lines: readonly string[], choices: Choices): FoundChoice | undefined {
  const lettered = readLetteredLines(lines, choices);
  if (lettered.length < 2) return undefined;
  const chosen = lettered.filter(({ rest }) => right.test(rest) && !wrong.test(rest));
  const rejected = lettered.filter(({ rest }) => wrong.test(rest) && !/✓|✔|✅/.test(rest));
  if (chosen.length !== 1 || chosen.length + rejected.length < lettered.length) return undefined;
  return { kind: 'found', index: (chosen[0] as { index: number }).index };
}

export function readLetteredLines(
  lines: readonly string[],
  choices: Choices,
): readonly { readonly index: number; readonly rest: string; readonly line: number }[] {
  return lines.flatMap((text, line) => {
    const match = text.length > maxLine ? null : letteredLine.exec(text);
    const index = match === null ? undefined : letterIndex(match[1] as string, choices);
    return match === null || index === undefined
      ? []
      : [{ index, rest: text.slice(match[0].length), line }];
  });
}

/** "Sentiment: negative", whatever the label, unless it labels what was rejected. */
function findLabeledLine(lines: readonly string[], choices: Choices): FoundChoice | undefined {
  const stated = lines.flatMap((line) => {
    const match = /^[\s*_#>-]{0,8}([^:\n]{1,40}):[\s*_]{0,6}(\S[^\n]*)$/.exec(line);
    const [, label = '', value = ''] = match ?? [];
    if (match === null || rejectingLabel.test(label.trim()) || label.trim().length < 2) return [];
    const index = readWholeLine(value.replace(/\s\([^()]{0,200}\)\W{0,5}$/, ''), choices);
    return index === undefined ? [] : [index];
  });
  return stated.length === 0 ? undefined : ofIndices(stated);
}

/** The choice that the first line begins with, unless the options are repeated there. */
function findOpening(lines: readonly string[], choices: Choices): FoundChoice | undefined {
  const [first] = lines;
  if (first === undefined || withoutOptionLists(lines)[0] !== first) return undefined;
  const slashed = slashedPair.exec(first);
  if (slashed !== null && lines.length === 1) {
    const pair = slashed.slice(1).map((letter) => letterIndex(letter, choices));
    return ofIndices(pair.filter((index) => index !== undefined));
  }
  const leading = readLeading(first, choices);
  if (leading === undefined) return undefined;
  const isText = startsWithText(first, choices.texts) !== undefined;
  const after = first.slice(leading.end);
  // "No doubt" and "not" begin like the choice "no".
  const isLone = /^[^\p{L}]{0,4}(?:$|\s*[-.,:;!?)(])|^\s[\p{L}']{1,12}[.!]?$/u.test(after);
  if (
    isText &&
    /^(?:no|yes)$/i.test(choices.texts[leading.index] as string) &&
    !isLone &&
    !/^[\s*"]{1,4}(?:it|this|that|they|he|she|there|i|we|because|since|the)\b/i.test(after)
  ) {
    return undefined;
  }
  const stated = readStatedChoice(first, choices);
  // "B and D look good, but B ...": what comes after two may decide between them.
  const goesOn = lines.length > 1 || /[.!?;]\s|\b(?:but|however)\b/.test(first);
  if (stated.kind === 'ambiguous' && goesOn) return undefined;
  if (stated.kind !== 'found') return stated.kind === 'none' ? undefined : stated;
  const isYesOrNo = /^(?:no|yes|true|false)$/i.test(choices.texts[leading.index] ?? '');
  return isYesOrNo ? stated : (readContrast(first, leading.index, choices) ?? stated);
}

/** "Berlin is large, but Paris": what follows "but" counts, unless it is rejected. */
function readContrast(line: string, index: number, choices: Choices): FoundChoice | undefined {
  const [sentence = ''] = line.split(/[.!?](?=\s)/, 1);
  const at = contrast.exec(sentence);
  if (at === null) return undefined;
  const after = sentence.slice(at.index + at[0].length);
  if (conceding.test(after)) return undefined;
  const named = findTextMentions(after, choices.texts);
  const others = (named.length > 0 ? named : findBareLetters(after, choices)).filter(
    (mention) => mention.index !== index && readStance(after, mention) !== 'rejected',
  );
  return others.length === 1 ? { kind: 'found', index: (others[0] as Mention).index } : undefined;
}

/** The only line that begins with a letter. */
function findOnlyLine(lines: readonly string[], choices: Choices): FoundChoice | undefined {
  const kept = readLetteredLines(lines, choices).filter(
    ({ index, rest }) => readStance(rest, { position: 0, end: 0, index }) !== 'rejected',
  );
  const indices = new Set(kept.map(({ index }) => index));
  // Two or more are the options repeated, not an answer.
  return indices.size === 1 ? { kind: 'found', index: [...indices][0] as number } : undefined;
}

/** Lines without lists of options: neighbours that go on from A to B, and further. */
function withoutOptionLists(lines: readonly string[]): readonly string[] {
  const dropped = new Set<number>();
  for (let start = 0; start < lines.length; start++) {
    if (readOrder(lines[start]) !== 0) continue;
    let end = start;
    while (readOrder(lines[end + 1]) === end + 1 - start) end++;
    if (end === start) continue;
    for (let line = start; line <= end; line++) dropped.add(line);
  }
  return lines.filter((_, line) => !dropped.has(line));
}

function readOrder(line: string | undefined): number | undefined {
  const letter =
    line === undefined || line.length > maxLine ? undefined : letteredLine.exec(line)?.[1];
  return letter === undefined ? undefined : letter.toUpperCase().charCodeAt(0) - 65;
}

/** What running text mentions: what it chooses, or else all that it does not reject. */
function findMentioned(text: string, choices: Choices): FoundChoice {
  const strong = [...findWrappedLetters(text, choices), ...findTextMentions(text, choices.texts)];
  const mentions = strong.length > 0 ? strong : findBareLetters(text, choices);
  const stances = mentions.map((mention) => ({ mention, stance: readStance(text, mention) }));
  const chosen = stances.filter(({ stance }) => stance === 'chosen');
  if (chosen.length > 0) {
    const last = chosen.reduce((a, b) => (b.mention.position >= a.mention.position ? b : a));
    return { kind: 'found', index: last.mention.index };
  }
  // What is rejected after it was mentioned is out.
  const isOut = ({ position, index }: Mention): boolean =>
    stances.some(
      ({ mention, stance }) =>
        stance === 'rejected' && mention.index === index && mention.position > position,
    );
  const kept = stances
    .filter(({ mention, stance }) => stance === 'mentioned' && !isOut(mention))
    .map(({ mention }) => mention);
  const all = ofIndices(kept.map(({ index }) => index));
  if (all.kind !== 'ambiguous') return all;
  const scored = readScores(text, kept);
  if (scored !== undefined) return { kind: 'found', index: scored };
  const asides = [...text.matchAll(aside), ...text.matchAll(concession)];
  const isAside = ({ position }: Mention): boolean =>
    asides.some(({ index, 0: { length } }) => position >= index && position < index + length);
  const main = kept.filter((mention) => !isAside(mention));
  const stated = ofIndices(main.map(({ index }) => index));
  if (stated.kind === 'found') return stated;
  const concluded = ofIndices(
    main.filter((mention) => isSentenceEnd(text, mention)).map(({ index }) => index),
  );
  if (concluded.kind === 'found') return concluded;
  // What the last sentence names alone is what the text comes to.
  const end = [...text.trimEnd().matchAll(/[.!?。](?=\s)|\n/g)].at(-1)?.index ?? 0;
  const last = ofIndices(main.filter(({ position }) => position > end).map(({ index }) => index));
  const isHedged = /\b(?:could|may|might|maybe|perhaps|possibly)\b/i.test(text.slice(end));
  return last.kind === 'found' && end > 0 && !isHedged ? last : all;
}

/** "..., the capital of France is Paris." */
function isSentenceEnd(text: string, { position, end }: Mention): boolean {
  return (
    /\s(?:is|are|ist|est|es|è|é|jest)\s[*"'`(]{0,4}$/.test(
      text.slice(Math.max(0, position - 12), position),
    ) && /^[*"'`)]{0,4}[.!]?\s{0,4}(?:$|\n)/.test(text.slice(end, end + 12))
  );
}

/** Of choices with a probability each, "neutral (0.61), positive (0.22)", the likeliest. */
function readScores(text: string, mentions: readonly Mention[]): number | undefined {
  const scores = mentions.map(({ end }) => {
    const score = /^[\s"'*`)]{0,4}[(:=-]\s?(\d{0,3}(?:\.\d{1,6})?)\s?(%?)[)\s,;.}]/.exec(
      `${text.slice(end, end + 20)} `,
    );
    return score?.[1] && (score[2] === '%' || score[1].includes('.')) ? Number(score[1]) : -1;
  });
  const highest = Math.max(...scores);
  const isScored = scores.every((score) => score >= 0);
  const isSingle = scores.filter((score) => score === highest).length === 1;
  return isScored && isSingle ? mentions[scores.indexOf(highest)]?.index : undefined;
}
