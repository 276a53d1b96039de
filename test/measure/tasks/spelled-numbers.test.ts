import { writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { checkGrader } from '../../../src/measure/graders/check-grader.js';
import { readTaskSet } from '../../../src/measure/tasks/read-task-set.js';
import { listNumbers } from '../../../src/measure/tasks/spelled-numbers.js';
import { readFailure, readFailureOf, readTasks, write } from './task-set-files.js';

const row = (reference: string, grader: string): string =>
  `{"prompt": "a: [1.50]", "reference": ${reference}, "grader": ${grader}}\n`;
const cells = (reference: string, grader: string): string =>
  `prompt,reference,grader\na,"${reference.replaceAll('"', '""')}",${grader.replaceAll('"', '')}\n`;

describe('a number of a reference that answers are compared with as a text', () => {
  it.each([
    ['1.10', 'exact', 'reference: 1.10 is read as 1.1; put it in quotes'],
    ['1e3', 'contains', 'reference: 1e3 is read as 1000; put it in quotes'],
    ['["Paris", 2.0]', 'exact', 'reference.1: 2.0 is read as 2; put it in quotes'],
    ['["Paris", 3.10]', 'set_f1', 'reference.1: 3.10 is read as 3.1'],
    ['-0', 'not_contains', 'reference: -0 is read as 0'],
    ['1.0', 'judge', 'reference: 1.0 is read as 1'],
  ])('is refused where %s is not its spelling: %s', async (reference, name, problem) => {
    const grader = JSON.stringify(name === 'judge' ? { name, rubric: 'Is it?' } : name);
    expect(await readFailure('a.jsonl', row(reference, grader))).toContain(`FILE:1: ${problem}`);
  });

  it.each([
    ['1.5', '"exact"'],
    ['"1.10"', '"exact"'],
    ['["1.10", "\\"2.50"]', '"exact"'],
    ['1.10', '"numeric"'],
    ['6.02e23', '"numeric"'],
    ['[3.10, 2.0]', '"set_f1"'],
    ['{"total": 1.10}', '"json_fields"'],
    ['1.10', '"math"'],
  ])('is taken as it is: %s for %s', async (reference, grader) => {
    const [example] = await readTasks('a.jsonl', row(reference, grader));
    expect(example?.reference).toEqual(JSON.parse(reference));
  });

  it('is refused by the grader of the file’s defaults, too', async () => {
    const file = await write('a.jsonl', row('1.10', 'null'));
    await writeFile(`${file}.defaults.yaml`, 'grader: exact\n');
    expect(await readFailureOf(file)).toContain('reference: 1.10 is read as 1.1');
    await writeFile(`${file}.defaults.yaml`, 'grader: numeric\n');
    await expect(readTaskSet(file, { checkGrader })).resolves.toMatchObject({ examples: [{}] });
  });
});

describe('a whole number beyond 2^53', () => {
  const large = '9007199254740993';
  const references: readonly (readonly [string, string, string])[] = [
    ['12345678901234567890', 'numeric', 'reference: 12345678901234567890 is beyond 2^53'],
    ['12345678901234567890', 'exact', 'reference: 12345678901234567890 is beyond 2^53'],
    [`[1, ${large}]`, 'set_f1', `${large} is beyond 2^53`],
    [`{"order": {"number": ${large}}}`, 'json_fields', `${large} is beyond 2^53`],
    [`{"name": "f", "arguments": {"number": -${large}}}`, 'tool_call', `-${large} is beyond 2^53`],
  ];

  it.each(references)('is refused in JSON: %s for %s', async (reference, grader, problem) => {
    expect(await readFailure('a.jsonl', row(reference, `"${grader}"`))).toContain(problem);
  });

  it.each(references)('is refused in YAML: %s for %s', async (reference, grader, problem) => {
    const yaml = `- prompt: a\n  grader: ${grader}\n  reference: ${reference}\n`;
    const isText = !grader.startsWith('json') && grader !== 'tool_call' && grader !== 'numeric';
    expect(await readFailure('a.yaml', yaml)).toContain(isText ? 'is read as' : problem);
  });

  it('is refused in a cell that is JSON', async () => {
    const text = cells(`[1, ${large}]`, 'set_f1');
    expect(await readFailure('a.csv', text)).toContain(`reference.1: ${large} is beyond 2^53`);
    await expect(readTasks('b.csv', cells('1.10', 'exact'))).resolves.toHaveLength(1);
  });

  it('is refused among the options of a grader', async () => {
    const grader = `{"name": "tool_call", "alternatives": {"id": [${large}]}}`;
    const reference = '{"name": "f", "arguments": {"id": 1}}';
    expect(await readFailure('a.jsonl', row(reference, grader))).toContain('is beyond 2^53');
  });

  it('may be a case of a program, which computes with such numbers', async () => {
    const cases = `{"function": "f", "cases": [{"arguments": [${large}], "returns": 1}]}`;
    await expect(
      readTasks('a.jsonl', row(cases, '{"name": "code", "language": "python"}')),
    ).resolves.toHaveLength(1);
    const yaml = `defaults: {grader: {name: code, language: python}}\ntasks:\n- prompt: a\n  reference: ${cases}\n`;
    await expect(readTasks('a.yaml', yaml)).resolves.toHaveLength(1);
  });
});

describe('listNumbers', () => {
  it('finds numbers outside of texts, with what leads to them', () => {
    const json = '{"a": [1.0, {"b\\"1": -2E3}, "3"], "c": {}, "d": [[], 4], "e": 5}';
    expect(listNumbers(json)).toEqual([
      { path: ['a', 0], written: '1.0' },
      { path: ['a', 1, 'b"1'], written: '-2E3' },
      { path: ['d', 1], written: '4' },
      { path: ['e'], written: '5' },
    ]);
  });
});
