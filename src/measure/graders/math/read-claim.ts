import { conclusionWords } from '../texts/connectives.js';
import { reasonStart } from '../texts/reason-start.js';

/** "4 because $2^4 = 16$": what a line states in plain math before the formulas that say why. */
export function readClaim(line: string): readonly string[] {
  const match = explained.exec(line);
  const said = line.slice(0, match?.index);
  const why = line.slice(match?.index);
  if (match === null || /\$|\\[([]/.test(said) || setsScene.test(said) || goesOn.test(why)) {
    return [];
  }
  const claim = said.split(/\s(?:is|equals|are|gives)\s/).at(-1) as string;
  const hasWords = /(?<![\p{L}\\])(?:\p{L}{5,}|the|not|same|zero|one|two)(?!\p{L})/iu.test(claim);
  return /\d/.test(claim) && !hasWords && !setsScene.test(claim) ? [claim] : [];
}

const explained = new RegExp(
  String.raw`(?:${reasonStart})(?=[^\n]*(?:\$|\\[([]))|\s\((?=[^()\n]*\$)`,
  'iu',
);
/** "At x = 2", "If x > 0", and the number of a step. */
const setsScene =
  /^[\s*_>-]{0,6}(?:(?:at|if|for|by|with|from|in|on|when|where|let|since|as|given|case|step|bei|für|wenn|mit|pour|si|avec|para|con|per|se|com)(?!\p{L})|\d{1,2}[.)]\s?$)/iu;
/** What concludes behind the reason, or a line that goes on behind its brackets. */
const goesOn = new RegExp(
  String.raw`(?<!\p{L})(?:so|then|i\.e|${conclusionWords})(?!\p{L})|[,;]\s(?:and|we|und|wir|et|on|y|e|the|which)\s|[:;]|[.!?]\s+\S|^\s\((?![^\n]*\)[\s*_.!]*$)|^\s\((?=[^()\n]*\)\s*[^\s*_.!])`,
  'iu',
);
