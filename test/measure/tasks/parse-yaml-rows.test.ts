import { describe, expect, it } from 'vitest';
import { readFailure, readTasks } from './task-set-files.js';

describe('readTaskSet, from YAML', () => {
  it.each([
    ['a bad row', '# tasks\n- prompt: a\n- id: b\n', 'FILE:3: neither prompt'],
    [
      'a bad row below tasks',
      'defaults:\n  task: t\ntasks:\n  - prompt: a\n\n  - id: b',
      'FILE:6: neither',
    ],
    [
      'bad defaults',
      'tasks:\n- prompt: a\ndefaults:\n  tsk: t\n',
      'FILE:4: defaults: unknown name "tsk"',
    ],
    ['a syntax error', '- prompt: a\n- prompt: "b\n', 'not valid YAML'],
    ['a key twice', '- prompt: a\n  prompt: b\n', 'FILE:2: not valid YAML'],
    ['an unknown tag', '- prompt: !!js/function "x"\n', 'FILE:1: not valid YAML'],
    ['another top level', 'prompts: []', 'write a list of tasks'],
    ['an unknown top-level key', 'tasks: []\nextra: 1', 'found: extra'],
    [
      'a number that JSON does not have',
      '- prompt: a\n  reference: .nan\n',
      'FILE:1: reference: JSON cannot represent the number NaN',
    ],
    ['nothing but a comment', '# nothing\n', 'FILE: the task set is empty'],
    [
      'aliases without end',
      `a: &a [x,x,x,x,x,x,x,x,x]\n${['b', 'c', 'd', 'e', 'f']
        .map((key, index) => `${key}: &${key} [${`*${'abcde'[index]},`.repeat(9)}]`)
        .join('\n')}\n`,
      'not usable YAML',
    ],
  ])('reports %s', async (_, yaml, expected) => {
    expect(await readFailure('a.yaml', yaml)).toContain(expected);
  });

  it('follows anchors from one task to another', async () => {
    const yaml =
      '- prompt: a\n  reference: b\n  grader: &g {name: exact, trim: true}\n- {prompt: c, reference: d, grader: *g}\n';
    const examples = await readTasks('a.yaml', yaml);
    expect(examples[1]?.grader).toEqual({ name: 'exact', options: { trim: true } });
  });
});
