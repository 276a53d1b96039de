import { reasonStart } from '../texts/reason-start.js';

/** "4 because $2^4 = 16$": what a line states in plain math before the formulas that say why. */
export function readClaim(line: string): readonly string[] {
  const [said = ''] = line.split(explained, 1);
  if (said === line || /\$|\\[([]/.test(said)) return [];
  const claim = said.split(/\s(?:is|equals|are|gives)\s/).at(-1) as string;
  const hasWords = /(?<![\p{L}\\])(?:\p{L}{5,}|the|not|same|zero|one|two)(?!\p{L})/iu.test(claim);
  return /\d/.test(claim) && !hasWords ? [claim] : [];
}

const explained = new RegExp(
  String.raw`(?:${reasonStart})(?=[^\n]*(?:\$|\\[([]))|\s\((?=[^()\n]*\$)`,
  'iu',
);
