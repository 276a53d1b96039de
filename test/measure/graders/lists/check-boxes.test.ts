import { expect, it } from 'vitest';
import { setF1Grader } from '../../../../src/measure/graders/set-f1.js';

function quality(answer: string): number | undefined {
  const reference = ['apples', 'milk', 'bread'];
  const grade = setF1Grader.grade({ answer, reference, options: {} });
  return grade.kind === 'graded' ? grade.quality : undefined;
}

it.each([
  '- [ ] Apples\n- [ ] Milk\n- [ ] Bread',
  '[ ] Apples\n[ ] Milk\n[ ] Bread',
  'Shopping list:\n\n☐ Apples\n☐ Milk\n☐ Bread',
])('reads boxes as bullets where none is ticked: %s', (answer) => {
  expect(quality(answer)).toBe(1);
});

it('leaves out what is not ticked where others are', () => {
  expect(quality('- [x] Apples\n- [x] Milk\n- [x] Bread\n- [ ] Eggs')).toBe(1);
});
