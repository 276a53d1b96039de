import { readAnswer } from '../texts/read-answer.js';

/** "VERDICT: ...", the verdict on the line below, or a heading above it. */
const verdictLine =
  /verdict[\s*_`"']{0,6}(?:(?:\sis)?[:=]|\s[-–—]\s)[\s*_`]{0,6}((?:(?!verdict)[^\n]){0,200})|<verdict>\s{0,5}([^<\n]{1,200})<|(?:^|\n)[#*_\s]{1,8}(?:final\s)?verdict[*_]{0,2}\n{1,3}([^\n]{1,200})/giu;

/**
 * The choice that a judge's last "VERDICT: ..." names, or undefined where it names none of them, or
 * several as the template does. An earlier verdict does not count: the judge took it back, or quoted
 * it.
 */
export function findVerdict(reply: string, choices: readonly string[]): string | undefined {
  const reading = readAnswer(reply);
  if (reading.kind === 'nothing') return undefined;
  const [match, previous] = [...reading.text.matchAll(verdictLine)].reverse();
  // "VERDICT: correct or VERDICT: incorrect" is the template.
  if (/(?:\sor|[|/])\s*$/.test(previous?.[1] ?? '')) return undefined;
  const last = match?.[1] ?? match?.[2] ?? match?.[3];
  if (last === undefined) return undefined;
  const stated = plain(last);
  const exact = choices.find((choice) => plain(choice) === stated);
  if (exact !== undefined) return exact;
  // "VERDICT: correct, because ..."; the longest, so that "partly correct" is not "partly".
  const [start] = choices
    .flatMap((choice) => {
      const rest = readAfter(stated, plain(choice));
      return rest === undefined ? [] : [{ choice, rest }];
    })
    .sort((a, b) => a.rest.length - b.rest.length);
  if (start === undefined) return undefined;
  const { choice, rest } = start;
  // "VERDICT: correct would apply" and "VERDICT: correct?" give none.
  if (/^(?:\s(?:would|if)\b|\s?\?)/.test(rest)) return undefined;
  return namesAnother(choice, rest, choices) ? undefined : choice;
}

/** What stands between two verdicts; after the last, a reason may begin like one: "yes - no errors". */
const links = [
  /^\s?(?:[,;/|]|or\s)[\s,;/|]{0,6}(?:or\s)?/,
  /^\s?(?:→|[-=]{1,2}>|to\s|vs\.?\s|versus\s|[<>≤≥~≈]=?)\s?/,
  /^\s?(?:[-–—=]{1,2}\s|and\s)/,
];

/** "VERDICT: correct or incorrect", "correct → incorrect", "3 – 4". */
function namesAnother(choice: string, rest: string, choices: readonly string[]): boolean {
  const found = links.findIndex((link) => link.test(rest));
  const next = rest.slice(links[found]?.exec(rest)?.[0].length);
  return choices.some((one) => {
    const after = found === -1 ? undefined : readAfter(next, plain(one));
    if (after === undefined || (found > 0 && one === choice)) return false;
    return found < 2 || /^[\s.,;!]*$/.test(after);
  });
}

const startingNumber = /^[-+]?\d+(?:[.,]\d+)*/;
/** What makes a range, a fraction or a calculation of the number before it: "3-4", "4 / 5", "4+", "4 1/2". */
const goesOn = /^(?:\p{L}|[-–—]\d|:\d|\s?\/\s?\d|\s?(?![|→=])[\p{Sm}~〜^%]|\s?\.\s?\.|\s\d)/u;
/** "5 - 1 for style = 4", and not an equation in the reason: "5, since x = 12" */
const result =
  /^(?::?(?:\s?[-–—+*/×÷]\s?\d+(?:[.,]\d+)?(?:\sfor\s\p{L}{1,20})?){1,9})?\s?=\s?[-+]?\d/u;

/** What follows a word, or an equal number, at the start of a text; undefined where it starts otherwise. */
function readAfter(text: string, word: string): string | undefined {
  if (startingNumber.exec(word)?.[0] === word) {
    const [number] = startingNumber.exec(text) ?? [];
    const rest = text.slice(number?.length);
    const isOwn = !goesOn.test(rest) && !result.test(rest);
    return number !== undefined && isOwn && toNumber(number) === toNumber(word) ? rest : undefined;
  }
  const rest = text.slice(word.length);
  return text.startsWith(word) && !/^[\p{L}\p{N}]/u.test(rest) ? rest : undefined;
}

function toNumber(text: string): number {
  return Number(text.replace(',', '.'));
}

function plain(text: string): string {
  return (
    text
      .normalize('NFKC')
      .toLowerCase()
      .replace(/\\(?:boxed|text|textbf)\s?\{/g, ' ')
      .replace(/<\s?([^<>]{1,200}?)\s?>/g, ' $1 ')
      // What stands in brackets after a number is a remark, and no part of it.
      .replace(/(?<=\d)\s?[([{](?=\s?[^\p{L}\s])/gu, ': ')
      .replace(/[*_`"'“”‘’()[\]{}]/g, ' ')
      .replace(/\s+/g, ' ')
      .trim()
      .replace(/[.!]{1,3}$/, '')
  );
}
