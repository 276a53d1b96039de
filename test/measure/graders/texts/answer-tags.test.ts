import { describe, expect, it } from 'vitest';
import { answerTags } from '../../../../src/measure/graders/texts/answer-tags.js';
import { choiceGrader } from '../../../../src/measure/graders/choice.js';
import { containsGrader } from '../../../../src/measure/graders/contains.js';
import { exactGrader } from '../../../../src/measure/graders/exact.js';
import { mathGrader } from '../../../../src/measure/graders/math.js';
import { numericGrader } from '../../../../src/measure/graders/numeric.js';
import { setF1Grader } from '../../../../src/measure/graders/set-f1.js';
import { similarityGrader } from '../../../../src/measure/graders/similarity.js';

const right = { kind: 'graded', quality: 1 };
const tags = answerTags.split('|');

describe('the tags of an answer', () => {
  it.each(tags)('are read by every grader: <%s>', (tag) => {
    const wrap = (text: string): string => `<${tag}>${text}</${tag}>`;
    const options = {};
    const paris = { answer: wrap('Paris'), reference: 'Paris' };
    const cities = { options: { choices: ['Rome', 'Paris'] } };
    expect(exactGrader.grade({ ...paris, options })).toMatchObject(right);
    expect(containsGrader.grade({ ...paris, options })).toMatchObject(right);
    expect(similarityGrader.grade({ ...paris, options })).toMatchObject(right);
    expect(choiceGrader.grade({ ...paris, ...cities })).toMatchObject(right);
    expect(numericGrader.grade({ answer: wrap('42'), reference: 42, options })).toMatchObject(
      right,
    );
    expect(mathGrader.grade({ answer: wrap('x+1'), reference: 'x+1', options })).toMatchObject(
      right,
    );
    const list = { answer: `Let me see.\n${wrap('apple, pear')}`, reference: ['apple', 'pear'] };
    expect(setF1Grader.grade({ ...list, options })).toMatchObject(right);
  });

  it.each([
    ['<b>Paris</b>', 'Paris', 0],
    ['Paris is the <result>', 'Paris', 0],
    ['<result>Rome</result> <result>Paris</result>', 'Paris', 0],
    ['<results>Paris</results>', 'Paris', 0],
  ])('are no other tags, and no words beside them: %s', (answer, reference, quality) => {
    expect(exactGrader.grade({ answer, reference, options: {} })).toMatchObject({ quality });
  });
});
