import { describe, expect, it } from 'vitest';
import { readFeedback } from '../../../src/serve/gateway/feedback.js';
import { wordProblem } from '../../../src/serve/log/log-words.js';
import { shareProblem } from '../../../src/util/checks.js';

describe('feedback to a gateway', () => {
  const sent = { id: 'a1', quality: 1, source: 'user' };
  const at = { at: '2026-11-28T09:30:00Z', caller: null };

  it.each([
    [{ quality: 1.01 }, `quality: ${shareProblem}.`],
    [{ quality: '1' }, `quality: ${shareProblem}.`],
    [{ source: 'two words' }, `source: ${wordProblem}.`],
    [{ source: 'w'.repeat(65) }, `source: ${wordProblem}.`],
  ])('is refused in the words of a log: %j', (changes, message) => {
    expect(() => readFeedback({ ...sent, ...changes }, at)).toThrow(message);
  });

  it('may name a source of 64 letters, or none', () => {
    const source = 'w'.repeat(64);
    expect(readFeedback({ ...sent, source }, at)).toMatchObject({ source });
    expect(readFeedback({ id: 'a1', quality: 0 }, at)).toMatchObject({ source: null });
  });
});
