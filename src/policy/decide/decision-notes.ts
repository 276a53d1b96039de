import type { DecisionNote } from './decision.js';

/** Options that were not followed as given: codes for programs, and sentences for people. */
export interface DecisionNotes {
  readonly codes: readonly DecisionNote[];
  add(code: DecisionNote, sentence?: string): void;
  text(): string;
}

/** No notes yet. */
export function createNotes(): DecisionNotes {
  const codes: DecisionNote[] = [];
  let sentences = '';
  return {
    codes,
    add(code, sentence = `Note: ${code.replaceAll('_', ' ')}. `) {
      codes.push(code);
      sentences += sentence;
    },
    text: () => sentences,
  };
}
