import { describe, expect, it } from 'vitest';
import { setF1Grader } from '../../../../src/measure/graders/set-f1.js';

/** The quality of an answer, and undefined where it is ambiguous. */
function grade(answer: string, reference: readonly string[]): number | undefined {
  const grade = setF1Grader.grade({ answer, reference: [...reference], options: {} });
  return grade.kind === 'graded' ? grade.quality : undefined;
}

const judged = [
  '- Rome: yes\n- Lyon: yes\n- Paris: no',
  '1. Rome (yes)\n2. Lyon (yes)\n3. Paris (no)',
  '| City | Mentioned? |\n|---|---|\n| Rome | Yes |\n| Lyon | Yes |\n| Paris | No |',
  '| City | Mentioned? |\n|---|---|\n| Rome | ✅ |\n| Lyon | ✅ |\n| Paris | ❌ |',
  '- [x] Rome\n- [x] Lyon\n- [ ] Paris',
  '- Rome ✅\n- Lyon ✅\n- Paris ❌',
  '✅ Rome\n✅ Lyon\n❌ Paris',
  '- Rome\n- Lyon\n- Paris (not mentioned in the text)',
  '- **Rome**\n- **Lyon**\n- **Paris**: not mentioned',
  '**Mentioned**\n- Rome\n- Lyon\n\n**Not mentioned**\n- Paris',
  '## Mentioned\n- Rome\n- Lyon\n\n## Not mentioned\n- Paris',
  '- Rome\n- Lyon\n\nExcluded:\n- Paris',
  '- Rome: ja\n- Lyon: ja\n- Paris: nein',
  '- Rome : oui\n- Lyon : oui\n- Paris : non',
  '- Rome: sí\n- Lyon: sí\n- Paris: no',
  '{"Rome": true, "Lyon": true, "Paris": false}',
];

describe('the set_f1 grader, where an answer judges each item', () => {
  it.each(judged)('lists what %j affirms', (answer) => {
    expect(grade(answer, ['Rome', 'Lyon'])).toBe(1);
  });

  it.each(judged)('does not count what %j denies as listed', (answer) => {
    expect(grade(answer, ['Rome', 'Lyon', 'Paris'])).not.toBe(1);
    expect(grade(answer, ['Rome', 'Lyon', 'Milan'])).toBeCloseTo(0.8);
  });

  it.each([
    '- Rome\n- Lyon\n- Paris',
    '- Rome: capital of Italy\n- Lyon: a city in France\n- Paris: no longer a kingdom',
    '- Rome (mentioned twice)\n- Lyon\n- Paris (no date is given)',
    '- Rome – yes, in line 1\n- Lyon – line 2\n- Paris – line 3',
    '**Italy**\n- Rome\n\n**France**\n- Lyon\n- Paris',
    'Rome, Lyon and Paris',
    '- Rome\n  - capital: yes\n- Lyon\n  - capital: no\n- Paris\n  - capital: yes',
    '- Rome: ja\n- Lyon: ja\n- Paris: ja',
    '["Rome", "Lyon", "Paris"]',
    '| City | Country |\n|---|---|\n| Rome | Italy |\n| Lyon | France |\n| Paris | France |',
  ])('still lists all of %j', (answer) => {
    expect(grade(answer, ['Rome', 'Lyon', 'Paris'])).toBe(1);
  });

  it.each([
    '- Rome is in the text: yes\n- Lyon is in the text: yes\n- Paris is in the text: no\n\nAnswer: Rome, Lyon',
    'Checks:\n- Complete: yes\n- Duplicates: no\n\nFinal answer: Rome, Lyon',
    '- Confidence: high\n- Ambiguity: no\n\n**Answer:** Rome and Lyon',
    '- Rome: yes\n- Lyon: yes\n- Paris: no\n\nSo the answer is:\n- Rome\n- Lyon',
    '- Is Paris in the text: no\n- Is Rome in the text: yes\n\nSo the answer is:\n- Rome\n- Lyon',
    '["Rome", "Lyon"]\n\nNotes:\n- Sorted: no\n- Source: the text',
  ])('reads the list that stands beside the verdicts of %j', (answer) => {
    expect(grade(answer, ['Rome', 'Lyon'])).toBe(1);
  });

  it.each([
    'The cities are Rome and Lyon.\n\n- Vegan: no\n- Vegetarian: yes',
    '- Rome: yes\n- Lyon: yes\n- Paris: no\n\nFinal answer: Rome',
    '- Rome: yes\n- Lyon: yes\n- Paris: no\n\nFinal answer: Rome, Paris',
  ])('leaves open which list of %j is meant', (answer) => {
    expect(grade(answer, ['Rome', 'Lyon'])).toBe(undefined);
  });

  it.each([
    '- Rome: yes\n- Lyon: yes\n- Paris: no\n\n<answer>Rome, Paris</answer>',
    '- Rome: yes\n- Lyon: yes\n- Paris: no\n\n\\boxed{Rome, Paris}',
    '["Rome", "Paris"]\n\n- Rome: yes\n- Lyon: yes\n- Paris: no',
  ])('reads the marked list of %j instead of the verdicts', (answer) => {
    expect(grade(answer, ['Rome', 'Paris'])).toBe(1);
    expect(grade(answer, ['Rome', 'Lyon'])).not.toBe(1);
  });

  it('does not take the code of Norway for a verdict', () => {
    const codes = '- Norway: NO\n- Sweden: SE\n- Denmark: DK';
    expect(grade(codes, ['NO', 'SE', 'DK'])).not.toBe(0);
    const names = '- Norway (NO)\n- Sweden (SE)\n- Denmark (DK)';
    expect(grade(names, ['Norway', 'Sweden', 'Denmark'])).toBe(1);
    const verdicts = '- Rome: JA\n- Lyon: JA\n- Paris: NO';
    expect(grade(verdicts, ['Rome', 'Lyon'])).toBe(1);
  });

  it('takes a verdict that is a part of the wanted item as such', () => {
    expect(grade('- Vegan: yes\n- Raw: no', ['Vegan: yes', 'Raw: no'])).toBe(1);
  });
});
