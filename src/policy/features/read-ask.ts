import type { FittedFeatures } from './fitted-features.js';
import { createFollowUpTest } from './follow-up.js';
import type { PromptFields } from './prompt-fields.js';
import type { TokenList } from './tokens.js';

/** At most this many blocks of a turn are looked for, so that the time is bounded. */
const maxBlocks = 64;

/**
 * The opening tag of a block that a client put into the user's turn, as in `<system-reminder>`: unlike
 * the tags of HTML, its name has a hyphen or an underscore. What a client wraps as the user's own
 * words (`<user_query>`) stays text.
 */
const blockPattern = /<(?!user.query)([a-z][a-z0-9]*[-_][\w-]{0,40}(?![\w-]))[^<>]{0,200}>/giu;

/**
 * Prepares to reduce a prompt to what is asked now. The user text is the last turn of the user; a
 * follow-up, or a turn without text, is read together with the turns that it follows up on. Blocks of
 * a client's own text count as system text, unless there is nothing else.
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
    const { userTurns, userText } = fields;
    const asked: string[] = [];
    let { system } = fields;
    for (let turn = userTurns.length - 1; turn >= 0; turn--) {
      const own = splitBlocks(userTurns[turn]!);
      asked.push(own.text);
      system += own.blocks;
      if (turn > 0 && !isFollowUp(own.text)) break;
    }
    const text = asked.reverse().join('\n');
    return text === userText || text.trim() === ''
      ? fields
      : { ...fields, userText: text, userTurns: [text], system };
  };
}

/** Takes the blocks out of a turn. */
function splitBlocks(turn: string): { readonly text: string; readonly blocks: string } {
  let text = '';
  let blocks = '';
  let end = 0;
  blockPattern.lastIndex = 0;
  for (let found = 0; found < maxBlocks; found++) {
    const match = blockPattern.exec(turn);
    if (match === null) break;
    const closing = `</${match[1]!}>`;
    const close = turn.indexOf(closing, blockPattern.lastIndex);
    if (close < 0) continue;
    text += turn.slice(end, match.index);
    blocks += `\n${turn.slice(blockPattern.lastIndex, close)}`;
    end = blockPattern.lastIndex = close + closing.length;
  }
  return { text: text + turn.slice(end), blocks };
}
