import type { StreamEvent } from './types.js';

/** A tool call of a whole answer. */
export interface FoldedToolCall {
  /** Empty if the server gave none. */
  readonly id: string;
  readonly name: string;
  readonly argumentText: string;
}

/** What the first choice of a whole answer says, in no protocol's form. */
export interface FoldedAnswer {
  readonly text: string;
  readonly reasoning: string;
  readonly refusal: string;
  readonly toolCalls: readonly FoldedToolCall[];
  /** Whether there is audio, an image or the like. */
  readonly hasMedia: boolean;
}

/** Joins the pieces of an answer. Of several choices only the first counts. */
export function foldAnswer(events: Iterable<StreamEvent>): FoldedAnswer {
  let [text, reasoning, refusal] = ['', '', ''];
  let hasMedia = false;
  const toolCalls: { id: string; name: string; argumentText: string }[] = [];
  for (const event of events) {
    if ('choice' in event && event.choice !== 0) continue;
    if (event.kind === 'text') text += event.text;
    else if (event.kind === 'reasoning') reasoning += event.text;
    else if (event.kind === 'refusal') refusal += event.text;
    else if (event.kind === 'media') hasMedia = true;
    else if (event.kind === 'tool_call') {
      const call = (toolCalls[event.call] ??= { id: '', name: '', argumentText: '' });
      call.id += event.id;
      call.name += event.name;
      call.argumentText += event.argumentText;
    }
  }
  return { text, reasoning, refusal, toolCalls, hasMedia };
}
