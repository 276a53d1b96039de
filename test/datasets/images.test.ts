import { readFile, stat } from 'node:fs/promises';
import { decode } from 'fast-png';
import { beforeAll, describe, expect, it } from 'vitest';
import { makeImageTasks } from '../../scripts/make/image-tasks.js';
import { countImages, promptMessages, promptText } from '../../src/llm/chat.js';
import { gradeAnswer } from '../../src/measure/graders/grade-answer.js';
import { computePromptHash, type Example } from '../../src/measure/tasks/example.js';
import {
  countBy,
  datasetFile,
  datasets,
  isQuality,
  readDataset,
  rightAnswer,
  wrongAnswers,
} from '../support/dataset.js';
import { isLongRun } from '../support/test-run.js';

const file = datasetFile('images');
const labels = ['image-chart', 'image-receipt', 'image-table', 'image-form'];

let examples: readonly Example[];
beforeAll(async () => {
  examples = await readDataset('images');
});

function readPng({ prompt }: Example): Uint8Array {
  const text = JSON.stringify(promptMessages(prompt));
  const data = /data:image\/png;base64,([\w+/=]+)/.exec(text)?.[1] ?? '';
  return Buffer.from(data, 'base64');
}

describe('the task set "images"', () => {
  it('has 20 tasks under each of four labels, each with one picture of its own', () => {
    expect([...countBy(examples, ({ task }) => task)]).toEqual(labels.map((label) => [label, 20]));
    expect(examples.map(({ prompt }) => countImages(prompt))).toEqual(examples.map(() => 1));
    expect(new Set(examples.map(({ prompt }) => computePromptHash(prompt))).size).toBe(80);
  });

  it('has small pictures that decode', async () => {
    for (const example of examples) {
      const { width, height, palette } = decode(readPng(example));
      const isSmall = width >= 300 && width <= 560 && height >= 150 && height <= 400;
      expect({ id: example.id, isSmall, colors: palette?.length }).toEqual({
        id: example.id,
        isSmall: true,
        colors: 216,
      });
    }
    expect((await stat(file)).size).toBeLessThan(1_500_000);
  });

  it('goes from easy to hard, states author and license, and needs no judge or sandbox', () => {
    expect([...countBy(examples, ({ metadata }) => metadata['level']).keys()].sort()).toEqual([
      'easy',
      'hard',
      'medium',
    ]);
    for (const { metadata, grader } of examples) {
      expect(metadata).toMatchObject({ author: 'Routesmith', license: 'Apache-2.0' });
      expect(['numeric', 'exact', 'contains', 'set_f1', 'json_fields']).toContain(grader?.name);
    }
  });

  it('is graded right on its references, also as a talkative model gives them', async () => {
    for (const example of examples) {
      const answer = rightAnswer(example);
      const answers = example.grader?.name === 'numeric' ? [answer, `It is **${answer}**.`] : [answer];
      for (const given of answers) {
        const grade = await gradeAnswer(example, given);
        expect({ id: example.id, given, isRight: isQuality(grade, 1, 1) }).toEqual({
          id: example.id,
          given,
          isRight: true,
        });
      }
    }
  });

  it('is graded wrong on what a careless reader answers', async () => {
    for (const example of examples) {
      const [answer = ''] = wrongAnswers(example);
      const grade = await gradeAnswer(example, answer);
      expect({ id: example.id, answer, isWrong: isQuality(grade, 0, 0.5) }).toEqual({
        id: example.id,
        answer,
        isWrong: true,
      });
    }
  });

  it('does not give the answer away in the text of the question', () => {
    const leaks = examples.filter(({ prompt, reference }) => {
      const isNumber = typeof reference === 'number';
      return isNumber && new RegExp(`\\b${reference}\\b`).test(promptText(prompt));
    });
    expect(leaks.map(({ id }) => id)).toEqual([]);
  });

  it('has as many tasks as the README says', async () => {
    const readme = await readFile(new URL('README.md', datasets), 'utf8');
    expect(readme).toContain(`| \`images.jsonl\` | ${examples.length} |`);
  });

  // Drawing all pictures takes ten seconds: a short run draws the first of each kind of picture.
  it('comes out of its script byte for byte', async () => {
    const rows = (await readFile(file, 'utf8')).trim().split('\n');
    const isDrawn = (id: string): boolean => isLongRun || /-0[1-6]$/.test(id);
    const ids = examples.map(({ id }) => id);
    expect(await makeImageTasks(isDrawn)).toEqual(
      rows.filter((_, index) => isDrawn(ids[index] as string)),
    );
  });
});
