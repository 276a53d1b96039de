import { answerTags } from '../texts/answer-tags.js';
import { boxedCommand, findClosingBrace } from '../math/plain-math.js';

const answerTag = new RegExp(String.raw`<(${answerTags})>([^<]{1,20000})</\1>`, 'gi');
/** Further tags and boxes are not looked at. */
const maxParts = 200;
/** Between two boxes or tags of one list: "$ and $", "\n2. ", ", x = ". */
const joint =
  /^(?:[\s$*_,;.&|•"-]|\\[()[\]])*(?:\d{1,3}[.)]\s)?(?:(?:and|und|et|y|e)(?!\p{L}))?(?:[\s$*_]|\\[()[\]])*(?:[A-Za-z](?:_\{?\d\}?)?\s{0,2}=\s{0,2})?[$*_]{0,3}$/u;
const maxGap = 80;

interface Part {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/**
 * What an answer marks as its list, in tags or boxes: the last of them, with those that only "and", a comma
 * or a bullet parts from it. All of the answer where nothing is marked.
 */
export function readMarkedParts(answer: string): readonly string[] {
  const parts = findParts(answer);
  if (parts.length === 0) return [answer];
  let first = parts.length - 1;
  while (first > 0 && areJoined(parts[first - 1] as Part, parts[first] as Part, answer)) first--;
  return parts.slice(first).map(({ text }) => text);
}

/** What an answer may mark as its list instead, where it has several tags or boxes: all of them, or the last. */
export function readOtherMarkedParts(answer: string): readonly (readonly string[])[] {
  const all = findParts(answer).map(({ text }) => text);
  return all.length > 1 ? [all, all.slice(-1)] : [];
}

function areJoined(left: Part, right: Part, answer: string): boolean {
  const gap = answer.slice(left.end, right.start);
  return gap.length <= maxGap && joint.test(gap);
}

function findParts(answer: string): readonly Part[] {
  const tagged = [...answer.matchAll(answerTag)].map((match) => ({
    text: (match[2] as string).trim(),
    start: match.index,
    end: match.index + match[0].length,
  }));
  return (tagged.length > 0 ? tagged : findBoxes(answer)).slice(-maxParts);
}

function findBoxes(answer: string): readonly Part[] {
  return [...answer.matchAll(boxedCommand)].slice(-maxParts).flatMap((match) => {
    const open = match.index + match[0].length - 1;
    const close = findClosingBrace(answer, open, answer.length);
    if (close === -1) return [];
    const text = answer.slice(open + 1, close).replace(/\\text\s?\{([^{}]*)\}/g, '$1');
    return [{ text, start: match.index, end: close + 1 }];
  });
}
