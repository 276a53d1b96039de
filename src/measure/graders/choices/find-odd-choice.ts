import type { Choices, FoundChoice } from './choices.js';
import { letterIndex } from './choices.js';
import { findLetterMentions, findMentions } from './find-choice-mentions.js';
import { isException } from './read-stance.js';
import { ofIndices } from './read-stated-choice.js';

const letter = String.raw`\(?(?:\*\*)?[A-J](?:\*\*)?\)?`;
const list = String.raw`${letter}(?:(?:,\s(?:and\s|or\s)?|\s(?:and|or|&)\s)${letter}){1,8}`;
/** "A, C, and D are all prime numbers" */
const joint = new RegExp(
  String.raw`(?<!\p{L})(${list})\s(?:are|were|all|both|do|have|can|will)(?!\p{L})(?=((?:\s[\p{L}'-]+){0,4}))`,
  'gu',
);
/** "A and C are wrong", "do not mention the cause", "are both too narrow" */
const disapproves =
  /^(?:\s(?:are|were|both|all|also|clearly|simply|therefore|each|either|have|been)){0,3}\s(?:not(?!\s(?:incorrect|wrong|false|untrue|invalid)(?!\p{L}))|never|neither|too(?=\s\p{L})|less|only|incorrect|wrong|false|untrue|invalid|irrelevant|unrelated|unsupported|inaccurate|incomplete|inconsistent|unlikely|misleading|impossible|insufficient|off|out|excluded|eliminated|contradicted|ruled|fail|lack|miss|ignore|contradict|distractors?)(?!\p{L})/iu;
/** "A and C are true", "are facts from the passage" */
const approves =
  /\s(?:true|correct|right|yes|valid|accurate|facts?|supported|mentioned|stated|named|listed|given|consistent|examples?|fine|ok|okay|good|also|too|well|likewise|similarly|not\s(?:incorrect|wrong|false|untrue|invalid))(?!\p{L})/iu;
/** "B is correct", and not "B is true", which may be said of each statement. */
const chosen = /^(?:correct|right)$/i;
/** "B is not", "B is incorrect" */
const denied = new RegExp(
  String.raw`(?<!\p{L})(${letter})\s(?:(?:is|was|does|has|can|will)(?:\s(?:also|clearly|therefore|only))?(?:\snot|n't)|cannot|can't|(?:is|was)\s(?:clearly\s)?(?:incorrect|wrong|false|untrue|invalid|the\sexception)|fails|violates|contradicts)(?!\p{L})`,
  'gu',
);
/** "A: true", "B is false" */
const verdict = new RegExp(
  String.raw`(?<!\p{L})(${letter})(?:[.:]|\sis)?(?:\*\*)?\s(true|correct|right|yes|✓|✔|✅|false|incorrect|wrong|no|✗|✘|❌)(?!\p{L})`,
  'giu',
);
const positive = /^(?:true|correct|right|yes|✓|✔|✅)$/i;
/** "B. A, C and D are prime": the answer, before what is said of each. */
const answerFirst =
  /^[\s*_("]{0,6}[A-J][*_"]{0,3}(?:[.)]{1,2}[*_"]{0,3}(?=\s)|\s*\n)(?!\s*(?:is\s)?(?:true|correct|right|yes|false|incorrect|wrong|no)(?!\p{L}))/iu;

/**
 * What was found, with the choice that is judged otherwise than all others: in "A, C and D are prime; B is
 * not" and "all are renewable except B", only the question says whether B or one of the others is meant.
 */
export function withOddOne(found: FoundChoice, text: string, choices: Choices): FoundChoice {
  if (found.kind === 'found' && answerFirst.test(text)) return found;
  const excepted = findExcepted(text, choices);
  const judged = excepted ?? findJudgedAlike(text, choices);
  if (judged === undefined) return found;
  const { odd, others } = judged;
  if (found.kind === 'found' && found.index === odd) return found;
  const before =
    found.kind === 'none' ? [] : found.kind === 'found' ? [found.index] : found.indices;
  return ofIndices([...new Set([...before, ...others, odd])]);
}

interface JudgedAlike {
  readonly odd: number;
  readonly others: readonly number[];
}

/** "All of these are renewable except B": the one choice that a text mentions. */
function findExcepted(text: string, choices: Choices): JudgedAlike | undefined {
  const mentions = findMentions(text, choices);
  const [first, ...more] = mentions;
  if (first === undefined || more.some(({ index }) => index !== first.index)) return undefined;
  if (!isException(text, first)) return undefined;
  const all = [...Array(choices.letterCount).keys()];
  return { odd: first.index, others: all.filter((index) => index !== first.index) };
}

/** Choices of which all but one are judged alike, where a text mentions no further ones. */
function findJudgedAlike(text: string, choices: Choices): JudgedAlike | undefined {
  const read = (part = ''): readonly number[] =>
    [...part.matchAll(/(?<!\p{L})[A-J](?!\p{L})/gu)].flatMap(
      ([one]) => letterIndex(one, choices) ?? [],
    );
  const verdicts = [...text.matchAll(verdict)];
  const [right, wrong] = [true, false].map((isRight) =>
    verdicts.filter((one) => positive.test(one[2] as string) === isRight),
  ) as [typeof verdicts, typeof verdicts];
  const joined = [...text.matchAll(joint)];
  if (isChosenAlone(right, joined)) return undefined;
  const alike = [...joined, ...right].flatMap(([, one]) => read(one));
  const against = [...text.matchAll(denied), ...wrong].flatMap(([, one]) => read(one));
  const others = [...new Set(alike)].filter((index) => !against.includes(index));
  const [odd, ...more] = new Set(against);
  if (odd === undefined || more.length > 0 || others.length < 2) return undefined;
  const mentioned = findLetterMentions(text, choices);
  const isAll = mentioned.every(({ index }) => index === odd || others.includes(index));
  return isAll ? { odd, others } : undefined;
}

/** "B is correct. A and C are too narrow": what is said of the others does not make them like B. */
function isChosenAlone(
  right: readonly RegExpExecArray[],
  joined: readonly RegExpExecArray[],
): boolean {
  const letters = new Set(right.map(([, one = '']) => one.replace(/[^A-Ja-j]/g, '')));
  if (letters.size !== 1) return false;
  if (joined.length > 0 && joined.every(([, , rest = '']) => disapproves.test(rest))) return true;
  const isChosen = right.every(([, , word = '']) => chosen.test(word));
  return isChosen && joined.length > 0 && !joined.some(([, , rest = '']) => approves.test(rest));
}
