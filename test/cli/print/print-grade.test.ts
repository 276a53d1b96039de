import { afterEach, describe, expect, it, vi } from 'vitest';
import { printGradeReport } from '../../../src/cli/print/print-grade.js';
import { computeGradeReport } from '../../../src/learn/evaluate/diagnose/grade-report.js';
import type { HumanLabel } from '../../../src/measure/outcomes/read-human-labels.js';

function printed(human: readonly HumanLabel[]): string {
  const summary = {
    cells: 0,
    graded: 0,
    withoutTask: 0,
    changes: [],
    entries: [],
    kept: new Map(),
    toJudge: new Set<string>(),
    before: [],
    interrupted: false,
    judgeEstimate: null,
  };
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  printGradeReport(computeGradeReport(summary, human, undefined), false);
  return write.mock.calls.map(([text]) => String(text)).join('');
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe('the agreement with human labels', () => {
  it('is not stated where no label is of a graded answer', () => {
    const text = printed([{ task: 't-1', model: 'a', repeat: 0, quality: 1 }]);
    expect(text).toContain('1 human label without a graded answer.');
    expect(text).not.toContain('agree');
    expect(text).not.toContain('on average');
  });
});
