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

/** What the caller wrote, for a sentence; it may be anything. */
export function quote(value: unknown): string {
  return typeof value === 'string' ? `"${value.slice(0, 60)}"` : typeof value;
}
