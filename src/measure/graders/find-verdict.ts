import { withoutThinking } from './simplify-markup.js';

const verdictLine = /verdict[\s*_`"']{0,6}[:=]([^\n]{0,200})/giu;

/**
 * The choice that a judge's last "VERDICT: ..." names, or undefined where it names none of them.
 * An earlier verdict is no answer: the judge took it back, or quoted it.
 */
export function findVerdict(text: string, choices: readonly string[]): string | undefined {
  const last = [...withoutThinking(text).matchAll(verdictLine)].at(-1)?.[1];
  if (last === undefined) return undefined;
  const stated = plain(last);
  const exact = choices.find((choice) => plain(choice) === stated);
  if (exact !== undefined) return exact;
  // "VERDICT: correct, because ..."; the longest, so that "partly correct" is not "partly".
  const starts = choices.filter((choice) => {
    const start = plain(choice);
    return stated.startsWith(start) && !/^[\p{L}\p{N}]/u.test(stated.slice(start.length));
  });
  return starts.sort((a, b) => b.length - a.length)[0];
}

function plain(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[*_`"'“”‘’()[\]{}<>]/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/[.!]{1,3}$/, '');
}
