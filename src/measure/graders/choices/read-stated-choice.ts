import { gradeSign } from './choice-texts.js';
import { letterIndex, type Choices, type FoundChoice, type Mention } from './choices.js';
import {
  findBareLetters,
  findLetterMentions,
  findTextMentions,
  findWrappedLetters,
  startsWithText,
} from './find-choice-mentions.js';
import { readStance } from './read-stance.js';

export const openers = '[\\s*_`"\'$(\\[{#>|✅✔✓☑👉➡]{0,8}';
/** What may follow the letter A or I where it is an answer; the article and the pronoun go on. */
const closers =
  /^[)\]}*_`"'$.:,;!?。，、；：]|^[\p{Script=Hangul}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]|^\s*$|^\s[:;!?]|^\s*-|^\s\(|^\s(?:because|since|as|for|which|here|overall|instead|again|over\s[B-Z](?!\p{L})|based\son|given\sth(?:at|e)|due\sto|although|though|but|if|in\sthis\scase|on\sbalance|car\s(?:[A-Z](?!\p{L})|l[ae']|les|il|elle|c'|on|une?|le)|puisque|weil|denn|da|porque|ya que|perché|poiché|omdat|потому|and\s(?:not\s)?[B-Z](?!\p{L})|not\s[B-Z](?!\p{L})|or\s[B-Z](?!\p{L})|(?:is|was)\s(?:the\s(?:best|correct|right|only|answer|most)|correct|right|true))(?!\p{L})|^\s(?:şık|seçene)/u;
const leadingLetter = new RegExp(
  `^${openers}(?:(?:both|either|donc|also|somit|folglich|therefore|thus|entonces|portanto|pertanto|quindi|dunque|więc|zatem|clearly|probably|definitely|likely|most likely|options?|choice|letter|answer|la|las|los|a(?=\\s[A-J](?!\\p{L}))|die|lettre|letra|lettera|letter|opción|opzione|opção|alternativa|wariant|opcja|вариант|the letter|选项|it is|it's)\\s?${openers}){0,2}(\\p{L})`,
  'iu',
);
const afterGrade = new RegExp(`^${gradeSign}`, 'u');
const secondOne =
  /^[\s*_`"'$)\].]{0,4}(?:\band\/or\b|,|\/|&|\band\b|\bor\b|\bund\b|\boder\b|\bet\b|\bou\b|\by\b|\bo\b|\be\b|или|和|或)\s?(?:option\s|choice\s|or\s|and\s)?[\s*_`"'$([]{0,4}/iu;
/** "B? No, C." and "B, wait, C": what comes next is the answer; "neutral - no contradiction" goes on. */
const retraction =
  /^[\s*_`"')\].]{0,6}(?:\?\s{0,2}(?:(?:no|nope|non|nein|нет|wait|hmm+|actually|sorry|oops|scratch that|correction|or rather|make that)[\s,.:;!-]{1,4}){1,4}|(?:[,.;]|\.{3}|…|\s-{1,2})\s{0,2}(?:(?:(?:no|nope|non|nein|нет)(?=[,.:;!-]|\swait)|wait|hmm+|actually|sorry|oops|scratch that|correction|or rather|make that)[\s,.:;!-]{1,4}){1,4})(?:(?:it's|it is|that's|it should be|i mean|the answer is)\s)?/i;
export const aside =
  /(?<!\beven)[,;]?\s(?:because|since|whereas|while|although|though|even though|unlike|despite|in spite of|notwithstanding|malgré|en dépit d[eu']|trotz|a pesar de|pese a|nonostante|malgrado|apesar d[eoa]s?|ondanks|pomimo|mimo|несмотря на|as opposed to|rather than|instead of|compared (?:to|with)|weil|während|obwohl|car|parce que|tandis que|porque|mientras|aunque|perché|mentre|enquanto|embora|потому что|хотя|even if|auch wenn|obgleich|wenngleich|même si|bien que|quoique|anche se|sebbene|si bien|aun cuando|ainda que|mesmo que|даже если)\s[^.;\n]*/giu;
const eitherStart = /^[\s*_"'(]{0,6}(?:either|entweder|soit|ya\ssea|ou\sbien|of\swel)(?!\p{L})/iu;
const none: FoundChoice = { kind: 'none' };

/** The choice that a text begins with, and where it goes on. */
export interface LeadingChoice {
  readonly index: number;
  readonly end: number;
}

/** Reads what follows "the answer is". */
export function readStatedChoice(stated: string, choices: Choices): FoundChoice {
  const leading = readLeading(stated, choices);
  const isDenied = leading !== undefined && isRejectedOpening(stated, leading, choices);
  if (leading !== undefined && !isDenied) {
    const rest = stated.slice(leading.end);
    const retracted = choices.texts.includes('no') ? null : retraction.exec(rest);
    const instead = retracted && readLeading(rest.slice(retracted[0].length), choices);
    if (instead && !isRemarkedOn(rest.slice(retracted[0].length), instead)) {
      return { kind: 'found', index: instead.index };
    }
    const joint = secondOne.exec(rest);
    const second = joint && readLeading(rest.slice(joint[0].length), choices);
    if (!second || second.index === leading.index) return { kind: 'found', index: leading.index };
    const secondEnd = (joint as RegExpExecArray)[0].length + second.end;
    const after = rest.slice(secondEnd);
    if (isRejected(rest, { ...second, end: secondEnd })) {
      return { kind: 'found', index: leading.index };
    }
    // "A, B is wrong" names one; "A or B" two, and so does "either A or B, as both ...".
    return eitherStart.test(stated) ||
      /^[\s*_`"'$)\].,;!?]{0,6}(?:$|\n|\s(?:are|both|would|could|can|may|might|seem|works?|fits?)\b|,\s(?:I'm|I\sam|not\ssure|depending)\b)/.test(
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
      : isDenied || /^\s*(?:not|nicht|pas|no)\s/i.test(sentence)
        ? findBareLetters(sentence, choices)
        : [];
  const notRejected = letters.filter((mention) => readStance(sentence, mention) !== 'rejected');
  return ofIndices(notRejected.map(({ index }) => index));
}

/** "C. Wait, B also looks plausible": what comes after "wait" is weighed, and not stated. */
function isRemarkedOn(text: string, leading: LeadingChoice): boolean {
  return /^[*_"'`)\]]{0,4}\salso\s/i.test(text.slice(leading.end)) || isRejected(text, leading);
}

/** The choice that a text begins with, by its text or its letter. */
export function readLeading(text: string, choices: Choices): LeadingChoice | undefined {
  const named = startsWithText(text, choices.texts);
  if (named !== undefined) return named;
  // JSON says true and false where the choices are yes and no.
  const truth = /^\s*(true|false)\s*$/.exec(text)?.[1];
  const spoken = truth && choices.texts.indexOf(truth === 'true' ? 'yes' : 'no');
  if (typeof spoken === 'number' && spoken >= 0) return { index: spoken, end: text.length };
  const colloquial = /^[\s*_"'`]{0,6}(?:(yep|yeah|yup|yes)|nope|nah)(?!\p{L})/iu.exec(text);
  const meant = colloquial === null ? -1 : choices.texts.indexOf(colloquial[1] ? 'yes' : 'no');
  if (colloquial !== null && meant >= 0) return { index: meant, end: colloquial[0].length };
  const match = leadingLetter.exec(text);
  const letter = match?.[1];
  if (match === null || letter === undefined) return undefined;
  const after = text.slice(match[0].length, match[0].length + 24);
  if (
    afterGrade.test(after) ||
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

/** Whether the choice that a text begins with is rejected in what follows. */
export function isRejected(text: string, { index, end }: LeadingChoice): boolean {
  return readStance(text, { position: 0, end, index }) === 'rejected';
}

/** The same of a text that it begins: "neutral: no contradiction" rejects the other choice. */
export function isRejectedOpening(text: string, leading: LeadingChoice, choices: Choices): boolean {
  if (isExplained(text, leading, choices)) return false;
  const denial = otherDenied.exec(text.slice(leading.end));
  const rest = denial === null ? '' : text.slice(leading.end + denial[0].length);
  const other = startsWithText(rest, choices.texts);
  return (other === undefined || other.index === leading.index) && isRejected(text, leading);
}

/** "Negative: the product is too expensive", "B: the premise is false": what follows is said of the question. */
function isExplained(text: string, { index, end }: LeadingChoice, choices: Choices): boolean {
  const rest = text.slice(end);
  const isText = startsWithText(text, choices.texts)?.end === end;
  if (!(isText ? labelExplained : letterExplained).test(rest)) return false;
  // Where the others follow, each is discussed.
  const others = findTextMentions(rest, choices.texts).filter((mention) => mention.index !== index);
  return (
    !/(?:^|[\s(*])[A-J][)\]*]{0,3}[:)]/.test(rest.slice(1)) &&
    !others.some((mention) => /^[*_"'`)]{0,4}:/.test(rest.slice(mention.end)))
  );
}

function findChosenOthers(text: string, index: number, choices: Choices): readonly Mention[] {
  return findLetterMentions(text, choices).filter(
    (mention) => mention.index !== index && readStance(text, mention) === 'chosen',
  );
}

/**
 * "B: the second statement is incorrect, which leaves C", "A: Not supported. C is what it says": a fault is
 * found with the letter that a text begins with, or with what it is about, and another letter may be the answer.
 */
export function readFaulted(
  text: string,
  { index, end }: LeadingChoice,
  choices: Choices,
): FoundChoice | undefined {
  const rest = text.slice(end);
  const isDirect = faultDirect.test(rest);
  if (!isDirect && !faultWithin.test(rest)) return undefined;
  const isOptionText = startsWithText(rest.replace(/^[)\]*:.]{1,4}\s/, ''), choices.texts);
  if (isOptionText !== undefined) return undefined;
  const opened = isDirect ? [...rest.matchAll(openingLetter)] : [];
  const named = opened.flatMap((match) => {
    const other = letterIndex(match[1] as string, choices);
    if (other === undefined || other === index) return [];
    const mention = { position: match.index, end: match.index + match[0].length, index: other };
    return readStance(rest, mention) === 'rejected' ? [] : [mention];
  });
  const isDenial = (isDirect ? denialDirect : denialWithin).test(rest);
  const others = [...findChosenOthers(rest, index, choices), ...named].filter(
    (mention) => !isDenial || !restriction.test(rest.slice(mention.end)),
  );
  return others.length === 0
    ? undefined
    : ofIndices([index, ...others.map((mention) => mention.index)]);
}

/** "It does not change", "Not enough information": a denial, which may be the text of the option. */
const denialDirect = /^[*_"']{0,3}:[*_]{0,3}\s(?:not|no)(?!\p{L})/iu;
const denialWithin =
  /^(?![^.;!?\n]{0,80}(?<!\p{L})(?:wrong|incorrect|false|irrelevant)(?!\p{L}))/iu;
/** What is right only at times, or only for others. */
const restriction =
  /^[^.!?;\n]{0,120}?(?<!\p{L})(?:only|for|if|when|unless|(?:most|many|some)\s(?:\p{L}{2,12}\s)?(?:people|students|readers|would|choose|pick|think))(?!\p{L})/iu;

const faultDirect =
  /^[*_"']{0,3}(?:[)\]*.:]{1,4}\s{1,2}(?:(?:incorrect|wrong|unsupported|irrelevant)(?=[.,;:!]|\s[–—-])|(?:this|that|the)\s(?:option|choice|answer|statement|claim|one)\s(?:is|was)\s(?:\p{L}{2,12}ly\s)?(?:not|wrong|incorrect|false|unsupported))|:[*_]{0,3}\s(?:not|false|no)(?!\p{L}))/iu;
const faultWithin =
  /^[*_"']{0,3}[)\]*:]{1,4}\s[^.;!?\n]{0,80}?(?<!\p{L})(?:wrong|incorrect|false|not|fails?|irrelevant)(?!\p{L})/iu;
/** Another letter that a later sentence is about: "C is what it says", "B) This one is right". */
const openingLetter =
  /(?<=[.!?;,]["')*]{0,2}\s{1,2}|\n\s{0,4})[*_(]{0,3}(?:option\s|choice\s)?\(?([A-J])(?=[)*_]{0,4}(?:[:.]\s|\s(?:is|was|must|says|states|matches|fits|follows|\p{Lu})))/giu;

const verdictWords = String.raw`(?:nope|wrong|false|incorrect|not|isn't|aren't|is|are|was|does|doesn't|cannot(?!\sbe\s)|can't|fails?|ignores?|repeats?|misses|lacks?|contradicts?|confuses?|overlooks?|violates?|almost|too|(?:it|this|that)(?:\sis|'s)\s(?:not|wrong|false|incorrect))(?!\p{L})|no(?=[\s*_]{0,4}(?:$|[.,;!?(—–-])|\s(?:because|since|as)\s)`;
const labelExplained = new RegExp(
  String.raw`^[*_"'\x60)\]]{0,4}:[\s*_]{1,4}(?!${verdictWords})[\p{L}$\d]`,
  'iu',
);
/** With a letter, "it" may be the option. */
const letterExplained = new RegExp(
  String.raw`^[*_"'\x60\]]{0,4}(?:[):]|\):)[\s*_]{1,4}(?!${verdictWords}|(?:it|this|that|they|he|she)(?!\p{L}))[\p{L}$\d]`,
  'iu',
);
const otherDenied = /^[*_"'`)]{0,4}:[\s*_]{0,4}no\s/i;

/** One choice, several to choose between, or none. */
export function ofIndices(indices: readonly number[]): FoundChoice {
  const distinct = [...new Set(indices)];
  const [only] = distinct;
  if (only === undefined) return none;
  return distinct.length === 1
    ? { kind: 'found', index: only }
    : { kind: 'ambiguous', indices: distinct };
}
