import type { JsonObject } from '../../../util/json.js';

/** How models are given a conversation as one text: a turn's role and content. */
const templates: readonly RegExp[] = [
  /<\|im_start\|>(\w+)\n([\s\S]*?)(?:<\|im_end\|>\n?|$)/y,
  /<\|start_header_id\|>(\w+)<\|end_header_id\|>\n\n([\s\S]*?)(?:<\|eot_id\|>|$)/y,
  /<start_of_turn>(\w+)\n([\s\S]*?)(?:<end_of_turn>\n?|$)/y,
];

const start = /^(?:<bos>|<s>|<\|begin_of_text\|>)?/;

/** A turn of the model that was begun for it: empty, or with thinking turned off. */
const begun = /^(?:<think>\s*<\/think>)?\s*$/;

/**
 * The members of a prompt that was written with a chat template (ChatML, Llama 3, Gemma, or one turn
 * of `[INST]`), as they would be sent to a chat API; undefined for a text without one. Each model has
 * a template of its own, which is no part of what is asked.
 */
export function readTemplatedText(text: string): JsonObject | undefined {
  const instruction = /^(?:<s>)?\s*\[INST\]([\s\S]*)\[\/INST\]\s*$/.exec(text)?.[1];
  if (instruction !== undefined && !instruction.includes('[INST]')) {
    return { prompt: instruction.trim() };
  }
  const at = start.exec(text)?.[0].length ?? 0;
  for (const template of templates) {
    const turns = readTurns(text, at, template);
    if (turns !== undefined) return toMembers(turns);
  }
  return undefined;
}

interface Turn {
  readonly role: string;
  readonly content: string;
}

/** The turns, if the whole text consists of them and the last one is the model's to write. */
function readTurns(text: string, from: number, template: RegExp): readonly Turn[] | undefined {
  const turns: Turn[] = [];
  for (let at = from; at < text.length; at = template.lastIndex) {
    template.lastIndex = at;
    const [, role, content] = template.exec(text) ?? [];
    if (role === undefined || content === undefined) return undefined;
    turns.push({ role: role === 'model' ? 'assistant' : role, content: content.trim() });
  }
  const last = turns.at(-1);
  if (last?.role !== 'assistant' || !begun.test(last.content) || turns.length < 2) return undefined;
  const asked = turns.slice(0, -1);
  const isKnown = asked.every(({ role }) => ['system', 'user', 'assistant'].includes(role));
  return isKnown ? asked : undefined;
}

function toMembers(turns: readonly Turn[]): JsonObject {
  const [only] = turns;
  if (turns.length === 1 && only?.role === 'user') return { prompt: only.content };
  return { messages: turns.map(({ role, content }) => ({ role, content })) };
}
