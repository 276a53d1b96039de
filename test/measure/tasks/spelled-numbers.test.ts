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

describe('a reference that YAML reads in another spelling', () => {
  const options = '{ name: numeric, tolerance: 0.01 }';

  it.each([
    ['its row', '- prompt: a\n  reference: 1.50\n  grader: numeric\n'],
    ['its row, with options', `- prompt: a\n  reference: 1.50\n  grader: ${options}\n`],
    [
      'another row',
      `- {prompt: b, reference: 1, grader: &g ${options}}\n- {prompt: a, reference: 1.50, grader: *g}\n`,
    ],
    [
      'a row of messages',
      '- messages: [{role: user, content: a}]\n  reference: 1.50\n  grader: numeric\n',
    ],
    ['the defaults', 'defaults: {grader: numeric}\ntasks:\n- {prompt: a, reference: 1.50}\n'],
    [
      'the defaults, with options',
      `tasks:\n- {prompt: a, reference: 1.50}\ndefaults: {grader: ${options}}\n`,
    ],
  ])('is taken where the grader compares numbers: %s', async (_, yaml) => {
    const examples = await readTasks('a.yaml', yaml);
    expect(examples.at(-1)).toMatchObject({ reference: 1.5, grader: { name: 'numeric' } });
  });

  it('is taken or refused by the grader of a sidecar', async () => {
    const file = await write('a.yaml', '- {prompt: a, reference: 1.50}\n');
    await writeFile(`${file}.defaults.yaml`, `grader: ${options}\n`);
    await expect(readTaskSet(file, { checkGrader })).resolves.toMatchObject({ examples: [{}] });
    await writeFile(`${file}.defaults.yaml`, 'grader: exact\n');
    expect(await readFailureOf(file)).toContain('FILE:1: reference: 1.50 is read as 1.5');
  });

  it.each([
    ['1.50', 'exact', 'reference: 1.50 is read as 1.5; put it in quotes'],
    ['1.50', '{ name: exact, trim: true }', 'reference: 1.50 is read as 1.5'],
    ['1.50', 'null', 'reference: 1.50 is read as 1.5'],
    ['007', 'math', 'reference: 007 is read as 7'],
    ['True', 'exact', 'reference: True is read as true'],
    ['True', 'numeric', 'reference: True is read as true'],
    ['{name: f, arguments: {number: 007}}', 'tool_call', 'reference.arguments.number: 007 is read'],
    ['[[2.0]]', 'set_f1', 'reference.0.0: 2.0 is read as 2'],
    ['[yes, TRUE]', 'exact', 'reference.1: TRUE is read as true'],
  ])('is refused otherwise: %s for %s', async (reference, grader, problem) => {
    const yaml = `- prompt: a\n  reference: ${reference}\n  grader: ${grader}\n`;
    expect(await readFailure('a.yaml', yaml)).toContain(`FILE:1: ${problem}`);
    const inDefaults = `defaults: {grader: ${grader}}\ntasks:\n- prompt: a\n  reference: ${reference}\n`;
    if (grader !== 'null') expect(await readFailure('a.yaml', inDefaults)).toContain(problem);
  });

  it('is checked where it is an alias, too', async () => {
    const yaml =
      '- {prompt: a, reference: &r 1.50, grader: numeric}\n- {prompt: b, reference: *r, grader: exact}\n';
    expect(await readFailure('a.yaml', yaml)).toContain('FILE:2: reference: 1.50 is read as 1.5');
  });

  it('is taken as the member of an object, as in JSON', async () => {
    const yaml = '- {prompt: a, reference: {answer: 1.10, total: 2.0}, grader: json_fields}\n';
    await expect(readTasks('a.yaml', yaml)).resolves.toHaveLength(1);
  });

  it('ends where it holds itself', async () => {
    const yaml = '- {prompt: a, reference: &r [1, *r], grader: set_f1}\n';
    expect(await readFailure('a.yaml', yaml)).toContain('FILE:1: reference');
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
    expect(await readFailure('a.yaml', yaml)).toContain(problem);
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

  it.each([
    ['with a tolerance', `{name: numeric, tolerance: ${large}}`, 'grader.tolerance'],
    [
      'in a list',
      `{name: tool_call, alternatives: {id: [1, ${large}]}}`,
      'grader.alternatives.id.1',
    ],
    ['in hexadecimal', '{name: numeric, tolerance: 0x20000000000001}', 'grader.tolerance'],
  ])('is refused among the options of a grader in YAML: %s', async (_, grader, at) => {
    const yaml = `- prompt: a\n  reference: 1\n  grader: ${grader}\n`;
    expect(await readFailure('a.yaml', yaml)).toMatch(
      new RegExp(`FILE:1: .*${at}: .* is beyond 2`),
    );
    const inFile = `defaults:\n  grader: ${grader}\ntasks:\n- {prompt: a, reference: 1}\n`;
    expect(await readFailure('a.yaml', inFile)).toContain(`FILE:2: defaults: ${at}: `);
    const file = await write('a.jsonl', '{"prompt": "a", "reference": 1}');
    await writeFile(`${file}.defaults.yaml`, `grader: ${grader}\n`);
    expect(await readFailureOf(file)).toContain(`FILE.defaults.yaml:1: defaults: ${at}: `);
  });

  it('is told from a smaller one in hexadecimal', async () => {
    const yaml = '- {prompt: a, reference: 0x1F, grader: {name: numeric, tolerance: 0x1}}\n';
    await expect(readTasks('a.yaml', yaml)).resolves.toMatchObject([{ reference: 31 }]);
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
