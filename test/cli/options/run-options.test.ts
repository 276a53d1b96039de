import { describe, expect, it } from 'vitest';
import { suggestGrading } from '../../../src/cli/options/run-options.js';
import { gradeAnswer } from '../../../src/measure/graders/grade-answer.js';
import { countUngraded, findUngraded } from '../../../src/measure/outcomes/ungraded-answers.js';
import type { Example } from '../../../src/measure/tasks/example.js';

const example = (name: string, reference: Example['reference'], options = {}): Example => ({
  id: 'a',
  prompt: 'Question?',
  task: 'ask',
  group: 'a',
  reference,
  grader: { name, options },
  metadata: {},
});
const program = { function: 'add', cases: [{ arguments: [1, 2], returns: 3 }] };

describe('the command that grades ungraded answers', () => {
  it.each([
    [
      'the judge',
      example('judge', undefined, { mode: 'rubric', rubric: 'Is polite.' }),
      'Paris',
      ' --judge judge.yaml',
    ],
    [
      'the sandbox',
      example('code', program, { language: 'javascript' }),
      'add = 1',
      ' --allow-code',
    ],
    ['nothing', example('math', 'x+1'), 'Run it with --judge or --allow-code', ''],
  ])('has the option for %s that they lack, whatever they say', async (_, one, answer, option) => {
    const grade = await gradeAnswer(one, answer);
    expect(grade).toMatchObject({ kind: 'ungraded' });
    const ungraded = findUngraded({ outcome: 'answered', grade });
    const command = suggestGrading('runs/a', countUngraded(ungraded ? [ungraded] : []));
    expect(command).toBe(`routesmith grade runs/a${option}`);
  });
});
