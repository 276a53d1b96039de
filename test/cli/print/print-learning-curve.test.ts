import { afterEach, describe, expect, it, vi } from 'vitest';
import { printLearningCurve } from '../../../src/cli/print/print-learning-curve.js';

afterEach(() => {
  vi.restoreAllMocks();
});

function readPrinted(prompts: number): string {
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  printLearningCurve({
    points: [{ prompts, gain: null, missing: null }],
    enoughPrompts: null,
    leavesModel: true,
    relevantLoss: 0.01,
    tasks: [],
  });
  return write.mock.calls.map(([text]) => String(text)).join('');
}

describe('a learning curve of too few prompts', () => {
  it.each([
    [1, '1 training prompt is too few for a curve.'],
    [3, '3 training prompts are too few for a curve.'],
  ])('says so of %i', (prompts, text) => {
    expect(readPrinted(prompts)).toContain(text);
  });
});
