import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeStarterTasks, starterSets } from '../../scripts/make/starter-tasks.js';
import { gradeAnswer } from '../../src/measure/graders/grade-answer.js';
import type { Grade } from '../../src/measure/graders/grade.js';
import { findGrader } from '../../src/measure/graders/registry.js';
import { countWords } from '../../src/measure/graders/texts/split-words.js';
import { createSandbox } from '../../src/measure/graders/sandbox/create-sandbox.js';
import { computeNearDuplicateGroups } from '../../src/measure/tasks/near-duplicate-groups.js';
import type { Example } from '../../src/measure/tasks/example.js';
import { promptText } from '../../src/llm/chat.js';
import {
  countBy, datasets, isQuality, readDataset, rightAnswer, wrongAnswers } from '../support/dataset.js';

const names = Object.keys(starterSets);
const tasksOf = new Map<string, readonly Example[]>();
// With a thread more, each language would be loaded a second time.
const sandbox = createSandbox({ threads: 1 });

beforeAll(async () => {
  for (const name of names) {
    tasksOf.set(name, await readDataset(name));
  }
});
afterAll(() => sandbox.close());

function allTasks(): readonly Example[] {
  return [...tasksOf.values()].flat();
}

/** Answers as models wrap them, where the form of the answer is not what the task is about. */
function spellings(example: Example): readonly string[] {
  const answer = rightAnswer(example);
  switch (example.grader?.name) {
    case 'numeric':
    case 'choice':
      return [answer, `**${answer}**`, `Let me see.\n\nAnswer: ${answer}`];
    case 'json_fields':
      if (example.grader.options['wholeAnswer'] === true) return [answer];
      return [answer, `\`\`\`json\n${answer}\n\`\`\``];
    case 'exact':
    case 'contains':
      return [answer, `<think>Hm.</think>\n\n${answer}`];
    default:
      return [answer];
  }
}

interface GradedAnswer {
  readonly id: string;
  readonly answer: string;
  readonly isRight: boolean;
  readonly grade: Grade;
}

/**
 * Grades the right and the wrong answers of a set at once and in the order of the tasks, so that the
 * sandbox loads each of its languages once.
 */
async function gradeSet(name: string): Promise<readonly GradedAnswer[]> {
  const answers = (tasksOf.get(name) ?? []).flatMap((example) => [
    ...spellings(example).map((answer) => ({ task: example, answer, isRight: true })),
    ...wrongAnswers(example).map((answer) => ({ task: example, answer, isRight: false })),
  ]);
  return Promise.all(
    answers.map(async ({ task: example, answer, isRight }) => {
      const grade = await gradeAnswer(example, answer, { sandbox });
      return { id: example.id, answer, isRight, grade };
    }),
  );
}

describe('the starter sets', () => {
  it('have at least 300 tasks over at least 12 labels, and at least 20 under each', () => {
    const counts = countBy(allTasks(), (example) => example.task);
    expect(allTasks().length).toBeGreaterThanOrEqual(300);
    expect([...counts.keys()]).toEqual(Object.values(starterSets).flat());
    expect(counts.size).toBeGreaterThanOrEqual(12);
    expect(Math.min(...counts.values())).toBeGreaterThanOrEqual(20);
  });

  it('hold only tasks that were written by hand, with author and license', () => {
    for (const { metadata } of allTasks()) {
      expect(metadata).toMatchObject({
        origin: 'hand-written',
        author: 'Routesmith',
        license: 'Apache-2.0',
      });
    }
  });

  it('need no judge, and no sandbox but for the code', () => {
    for (const name of names) {
      const needs = new Set(
        tasksOf.get(name)?.map((example) => findGrader(example.grader?.name ?? '')?.needs),
      );
      expect([...needs]).toEqual([name === 'code' ? 'sandbox' : undefined]);
    }
  });

  it('are asked in many languages, and under each label in several', () => {
    expect(countBy(allTasks(), (example) => example.metadata['language']).size).toBeGreaterThanOrEqual(9);
    for (const label of Object.values(starterSets).flat()) {
      const examples = allTasks().filter((example) => example.task === label);
      const languages = countBy(examples, (example) => example.metadata['language']);
      expect({ label, languages: languages.size >= 4 }).toEqual({ label, languages: true });
    }
  });

  it('go from easy to hard under each label', () => {
    for (const label of Object.values(starterSets).flat()) {
      const examples = allTasks().filter((example) => example.task === label);
      const levels = countBy(examples, (example) => example.metadata['level']);
      for (const level of ['easy', 'medium', 'hard']) {
        const count = levels.get(level) ?? 0;
        expect({ label, level, enough: count >= 2 }).toEqual({ label, level, enough: true });
      }
    }
  });

  describe.each(names)('%s', (name) => {
    let graded: readonly GradedAnswer[];
    beforeAll(async () => {
      graded = await gradeSet(name);
    });

    it('is graded right on its references and stored answers', () => {
      const right = graded.filter(({ isRight }) => isRight);
      expect(new Set(right.map(({ id }) => id)).size).toBe(tasksOf.get(name)?.length);
      expect(right.filter(({ grade }) => !isQuality(grade, 1, 1))).toEqual([]);
    });

    it('is graded wrong on answers that are plausibly wrong', () => {
      const wrong = graded.filter(({ isRight }) => !isRight);
      expect(new Set(wrong.map(({ id }) => id)).size).toBe(tasksOf.get(name)?.length);
      expect(wrong.filter(({ answer }) => answer.trim() === '')).toEqual([]);
      // Where each part of an answer counts, a wrong one may have some right parts.
      expect(wrong.filter(({ grade }) => !isQuality(grade, 0, 0.75))).toEqual([]);
    });

    it('comes out of its sources byte for byte', async () => {
      const made = makeStarterTasks(starterSets[name] ?? []);
      expect(made).toBe(await readFile(new URL(`${name}.jsonl`, datasets), 'utf8'));
    });

    it('has as many tasks as the README says', async () => {
      const readme = await readFile(new URL('README.md', datasets), 'utf8');
      expect(readme).toContain(`| \`${name}.jsonl\` | ${tasksOf.get(name)?.length} |`);
    });
  });

  it('ask nothing twice, not even nearly', () => {
    const groups = computeNearDuplicateGroups(allTasks().map((example) => promptText(example.prompt)));
    expect(new Set(groups).size).toBe(allTasks().length);
  });

  it('ask about documents of 1500 to 4000 words', () => {
    const examples = allTasks().filter((example) => example.task === 'long-document');
    for (const { id, prompt } of examples) {
      const words = countWords(promptText(prompt));
      expect({ id, fits: words >= 1500 && words <= 4000 }).toEqual({ id, fits: true });
    }
  });

  it('name no address outside of what is reserved for examples', () => {
    const text = allTasks().map((example) => JSON.stringify(example));
    const addresses = text.flatMap((row) => row.match(/[\w.+-]+@[\w.-]+|https?:\/\/[\w.-]+/g) ?? []);
    expect(addresses.length).toBeGreaterThan(0);
    expect(addresses.filter((address) => !/\.example(?:\.net)?$/.test(address))).toEqual([]);
  });
});
