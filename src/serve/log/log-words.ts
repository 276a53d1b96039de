import { redactSecrets } from '../../util/redact-secrets.js';

const maxWordLength = 64;

/** What is said of a text that `readWord` does not take. */
export const wordProblem = `must be a word of at most ${maxWordLength} letters, digits and ".:_-"`;

/** A word of somebody else's, unless it looks like anything else, or like a key. */
export function readWord(text: string | null): string | null {
  return text !== null &&
    text.length <= maxWordLength &&
    /^[\w.:-]+$/.test(text) &&
    redactSecrets(text) === text
    ? text
    : null;
}

/** Whether a text may join a decision and its outcomes. */
export function isLogId(id: string): boolean {
  return /^[\w-]{1,128}$/.test(id);
}

/** Whether feedback may name a record by a text: what looks like a key is kept nowhere. */
export function isFeedbackId(id: unknown): id is string {
  return typeof id === 'string' && isLogId(id) && redactSecrets(id) === id;
}
