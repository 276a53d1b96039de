import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { makeEverydayTasks } from '../../scripts/make/everyday-tasks.js';
import { checkGrader } from '../../src/measure/graders/check-grader.js';
import { gradeAnswer } from '../../src/measure/graders/grade-answer.js';
import { computeNearDuplicateGroups } from '../../src/measure/tasks/near-duplicate-groups.js';
import { readTaskSet } from '../../src/measure/tasks/read-task-set.js';
import type { Task, TaskSet } from '../../src/measure/tasks/task.js';
import { promptText } from '../../src/llm/chat.js';

const file = fileURLToPath(new URL('../../datasets/everyday.jsonl', import.meta.url));

let set: TaskSet;
beforeAll(async () => {
  set = await readTaskSet(file, { checkGrader });
});

function countBy(key: (task: Task) => unknown): Map<unknown, number> {
  const counts = new Map<unknown, number>();
  for (const task of set.tasks) counts.set(key(task), (counts.get(key(task)) ?? 0) + 1);
  return counts;
}

/** The reference as a terse model and as a talkative one would give it. */
function rightAnswers(task: Task): readonly string[] {
  const texts = (Array.isArray(task.reference) ? task.reference : [task.reference]).map(String);
  const wantsAll = task.grader?.name === 'contains' && task.grader.options['all'] !== false;
  const plain = wantsAll ? [texts.join(', ')] : texts;
  const decorated = plain.map((text) => `**${text}**`);
  if (task.grader?.name === 'exact') return [...plain, ...decorated];
  return [...plain, ...decorated, ...plain.map((text) => `Let me see.\n\nAnswer: ${text}.`)];
}

function wrongAnswers(task: Task): readonly string[] {
  const { reference } = task;
  switch (task.grader?.name) {
    case 'numeric':
      return [Number(reference) + 1, Number(reference) * 10 + 7, -Number(reference) - 3].map(String);
    case 'choice': {
      const { choices } = task.grader.options;
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
    const counts = countBy((task) => task.task);
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
    expect(readme).toContain(`| \`everyday.jsonl\` | ${set.tasks.length} |`);
  });

  it('has about 40 tasks written by hand, in at least four languages besides English', () => {
    expect(countBy((task) => task.metadata['origin']).get('hand-written')).toBe(40);
    expect(countBy((task) => task.metadata['language']).size).toBeGreaterThanOrEqual(5);
  });

  it('states author and licence', () => {
    for (const { metadata } of set.tasks) {
      expect(metadata).toMatchObject({ author: 'Routesmith', license: 'Apache-2.0' });
    }
  });

  it('is graded right on its own references', async () => {
    for (const task of set.tasks) {
      for (const answer of rightAnswers(task)) {
        expect({ id: task.id, answer, ...(await gradeAnswer(task, answer)) }).toMatchObject({
          kind: 'graded',
          quality: 1,
        });
      }
    }
  });

  it('is graded wrong on wrong answers', async () => {
    for (const task of set.tasks) {
      for (const answer of wrongAnswers(task)) {
        expect({ id: task.id, answer, ...(await gradeAnswer(task, answer)) }).toMatchObject({
          kind: 'graded',
          quality: 0,
        });
      }
    }
  });

  it('spreads the right letters of lettered tasks', () => {
    const letters = set.tasks.filter((task) => /^[A-D]$/.test(String(task.reference)));
    for (const letter of 'ABC') {
      const share = letters.filter((task) => task.reference === letter).length / letters.length;
      expect(share).toBeGreaterThan(0.15);
      expect(share).toBeLessThan(0.45);
    }
  });

  it('asks hardly anything twice', () => {
    const groups = computeNearDuplicateGroups(set.tasks.map((task) => promptText(task.prompt)));
    expect(new Set(groups).size / set.tasks.length).toBeGreaterThan(0.98);
  });

  it('comes out of its script byte for byte', async () => {
    expect(makeEverydayTasks()).toBe(await readFile(file, 'utf8'));
  });
});
