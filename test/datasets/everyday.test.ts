import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { formatSpreadsheet } from '../../scripts/make/everyday-spreadsheet.js';
import { makeEverydayTasks } from '../../scripts/make/everyday-tasks.js';
import { checkGrader } from '../../src/measure/graders/check-grader.js';
import { gradeAnswer } from '../../src/measure/graders/grade-answer.js';
import { computeNearDuplicateGroups } from '../../src/measure/tasks/near-duplicate-groups.js';
import { readTaskSet } from '../../src/measure/tasks/read-task-set.js';
import type { Example, TaskSet } from '../../src/measure/tasks/example.js';
import { promptText } from '../../src/llm/chat.js';

const file = fileURLToPath(new URL('../../datasets/everyday.jsonl', import.meta.url));

let set: TaskSet;
beforeAll(async () => {
  set = await readTaskSet(file, { checkGrader });
});

function countBy(key: (example: Example) => unknown): Map<unknown, number> {
  const counts = new Map<unknown, number>();
  for (const example of set.examples) counts.set(key(example), (counts.get(key(example)) ?? 0) + 1);
  return counts;
}

/** The reference as a terse model and as a talkative one would give it. */
function rightAnswers(example: Example): readonly string[] {
  const texts = (Array.isArray(example.reference) ? example.reference : [example.reference]).map(String);
  const wantsAll = example.grader?.name === 'contains' && example.grader.options['all'] !== false;
  const plain = wantsAll ? [texts.join(', ')] : texts;
  const decorated = plain.map((text) => `**${text}**`);
  if (example.grader?.name === 'exact') return [...plain, ...decorated];
  return [...plain, ...decorated, ...plain.map((text) => `Let me see.\n\nAnswer: ${text}.`)];
}

function wrongAnswers(example: Example): readonly string[] {
  const { reference } = example;
  switch (example.grader?.name) {
    case 'numeric':
      return [Number(reference) + 1, Number(reference) * 10 + 7, -Number(reference) - 3].map(String);
    case 'choice': {
      const { choices } = example.grader.options;
      const all = Array.isArray(choices) ? choices.map(String) : ['A', 'B', 'C', 'D'];
      return all.filter((choice) => choice !== reference);
    }
    default:
      // Also one that is nearly right: the reference without its first character.
      return ['something else', String([reference].flat()[0]).slice(1)];
  }
}

describe('the task set "everyday"', () => {
  it('has at least 40 tasks under each of eight labels', () => {
    const counts = countBy((example) => example.task);
    expect([...counts.keys()].sort()).toEqual([
      'arithmetic',
      'code-reading',
      'extraction',
      'logic',
      'sentiment',
      'topic',
      'translation',
      'unit-conversion',
    ]);
    expect(Math.min(...counts.values())).toBeGreaterThanOrEqual(40);
  });

  it('has as many tasks as its README says', async () => {
    const readme = await readFile(new URL('../../datasets/README.md', import.meta.url), 'utf8');
    expect(readme).toContain(`| \`everyday.jsonl\` | ${set.examples.length} |`);
  });

  it('is also there as a spreadsheet', async () => {
    const csv = await readFile(new URL('../../datasets/everyday.csv', import.meta.url), 'utf8');
    expect(csv).toBe(formatSpreadsheet(await readFile(file, 'utf8')));
  });

  it('has about 40 tasks written by hand, in at least four languages besides English', () => {
    expect(countBy((example) => example.metadata['origin']).get('hand-written')).toBe(40);
    expect(countBy((example) => example.metadata['language']).size).toBeGreaterThanOrEqual(5);
  });

  it('states author and license', () => {
    for (const { metadata } of set.examples) {
      expect(metadata).toMatchObject({ author: 'Routesmith', license: 'Apache-2.0' });
    }
  });

  it('is graded right on its own references', async () => {
    for (const example of set.examples) {
      for (const answer of rightAnswers(example)) {
        expect({ id: example.id, answer, ...(await gradeAnswer(example, answer)) }).toMatchObject({
          kind: 'graded',
          quality: 1,
        });
      }
    }
  });

  it('is graded wrong on wrong answers', async () => {
    for (const example of set.examples) {
      for (const answer of wrongAnswers(example)) {
        expect({ id: example.id, answer, ...(await gradeAnswer(example, answer)) }).toMatchObject({
          kind: 'graded',
          quality: 0,
        });
      }
    }
  });

  it('spreads the right letters of lettered tasks', () => {
    const letters = set.examples.filter((example) => /^[A-D]$/.test(String(example.reference)));
    for (const letter of 'ABC') {
      const share = letters.filter((example) => example.reference === letter).length / letters.length;
      expect(share).toBeGreaterThan(0.15);
      expect(share).toBeLessThan(0.45);
    }
  });

  it('asks hardly anything twice', () => {
    const groups = computeNearDuplicateGroups(set.examples.map((example) => promptText(example.prompt)));
    expect(new Set(groups).size / set.examples.length).toBeGreaterThan(0.98);
  });

  it('comes out of its script byte for byte', async () => {
    expect(makeEverydayTasks()).toBe(await readFile(file, 'utf8'));
  });
});
