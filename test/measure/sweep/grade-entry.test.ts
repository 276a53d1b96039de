import { expect, it } from 'vitest';
import type { Grade, GraderTool } from '../../../src/measure/graders/grade.js';
import { findKeptReason } from '../../../src/measure/sweep/grade-entry.js';

it.each<[string | undefined, string]>([
  ['judge', 'give a judge'],
  // As a newer version may write it.
  ['browser', 'no tool was given'],
  [undefined, 'no tool was given'],
])('an ungraded answer that lacks %s is kept because: %s', (lacks, reason) => {
  const grade: Grade = {
    kind: 'ungraded',
    reason: 'no tool was given',
    ...(lacks === undefined ? {} : { lacks: lacks as GraderTool }),
  };
  expect(findKeptReason({ grade, gradeKey: 'a' }, (tool) => `give a ${tool}`)).toBe(reason);
});
