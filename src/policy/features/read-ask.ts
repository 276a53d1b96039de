import type { FittedFeatures } from './fitted-features.js';
import { createFollowUpTest } from './follow-up.js';
import type { PromptFields } from './prompt-fields.js';
import type { TokenList } from './tokens.js';

/** At most this many blocks of a turn are looked for, so that the time is bounded. */
const maxBlocks = 64;

/**
 * The opening tag of a block that a client put into the user's turn, as in `<system-reminder>`: unlike
 * the tags of HTML, its name has a hyphen or an underscore.
 */
const blockPattern = /<([a-z][a-z0-9]*[-_][\w-]{0,40})[^<>]{0,200}>/giu;

/**
 * Prepares to reduce a prompt to what is asked now. The user text is the last turn of the user; a
 * follow-up is read together with the turns that it follows up on. Blocks of a client's own text
 * count as system text.
 *
 * Features of version 3 read all turns as they are.
 *
 * @param list is overwritten
 */
export function createAskReader(
  { spec, followUps }: Pick<FittedFeatures, 'spec' | 'followUps'>,
  list: TokenList,
): (fields: PromptFields) => PromptFields {
  if (followUps === undefined) return (fields) => fields;
  const isFollowUp = createFollowUpTest(followUps, spec, list);
  return (fields) => {
    const { userTurns, userText, system } = fields;
    let first = userTurns.length - 1;
    while (first > 0 && isFollowUp(userTurns[first]!)) first -= 1;
    const ask = first > 0 ? userTurns.slice(first).join('\n') : userText;
    const { text, blocks } = ask.includes('</') ? splitBlocks(ask) : { text: ask, blocks: '' };
    return text === userText
      ? fields
      : { ...fields, userText: text, userTurns: [text], system: system + blocks };
  };
}

/** Takes the blocks out of a text; a text of nothing but blocks stays as it is. */
function splitBlocks(ask: string): { readonly text: string; readonly blocks: string } {
  let text = '';
  let blocks = '';
  let end = 0;
  blockPattern.lastIndex = 0;
  for (let found = 0; found < maxBlocks; found++) {
    const match = blockPattern.exec(ask);
    if (match === null) break;
    const closing = `</${match[1]!}>`;
    const close = ask.indexOf(closing, blockPattern.lastIndex);
    if (close < 0) continue;
    text += ask.slice(end, match.index);
    blocks += `\n${ask.slice(blockPattern.lastIndex, close)}`;
    end = blockPattern.lastIndex = close + closing.length;
  }
  text += ask.slice(end);
  return text.trim() === '' ? { text: ask, blocks: '' } : { text, blocks };
}
