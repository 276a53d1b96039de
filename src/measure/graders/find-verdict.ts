import { readAnswer } from './read-answer.js';

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
    .filter((choice) => startsWithWord(stated, plain(choice)))
    .sort((a, b) => b.length - a.length);
  if (start === undefined) return undefined;
  const rest = stated.slice(plain(start).length);
  // "VERDICT: correct would apply" gives none.
  if (/^\s(?:would|if)\b/.test(rest)) return undefined;
  const next = rest.replace(/^[\s,;/|]{0,6}(?:or\s)?/, '');
  const isListed = /^\s?(?:[,;/|]|or\s)/.test(rest);
  return isListed && choices.some((choice) => startsWithWord(next, plain(choice)))
    ? undefined
    : start;
}

function startsWithWord(text: string, word: string): boolean {
  return text.startsWith(word) && !/^[\p{L}\p{N}]/u.test(text.slice(word.length));
}

function plain(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/\\(?:boxed|text|textbf)\s?\{/g, ' ')
    .replace(/[*_`"'“”‘’()[\]{}<>]/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/[.!]{1,3}$/, '');
}
