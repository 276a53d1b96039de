import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { draftSets, makeStarterTasks } from '../../scripts/make/starter-tasks.js';
import { messageText, promptText } from '../../src/llm/chat.js';
import { gradeAnswer } from '../../src/measure/graders/grade-answer.js';
import type { Judge } from '../../src/measure/graders/judge/judge-model.js';
import { countWords } from '../../src/measure/graders/texts/split-words.js';
import type { Example } from '../../src/measure/tasks/example.js';
import { computeNearDuplicateGroups } from '../../src/measure/tasks/near-duplicate-groups.js';
import {
  countBy,
  datasetFile,
  datasets,
  readDataset,
  rightAnswer,
  wrongAnswers,
} from '../support/dataset.js';

const labels = draftSets['drafts'] ?? [];

let examples: readonly Example[];
beforeAll(async () => {
  examples = await readDataset('drafts');
});

function rubricOf({ grader }: Example): string {
  return String(grader?.options['rubric']);
}

/** A judge that always gives the same verdict, and keeps what it was asked. */
function createFixedJudge(verdict: string): Judge & { readonly asked: readonly string[] } {
  const asked: string[] = [];
  return {
    asked,
    model: 'fixed',
    ask: (messages) => {
      asked.push(messages.map(messageText).join('\n'));
      return Promise.resolve({ kind: 'reply', text: `VERDICT: ${verdict}`, costUsd: 0 });
    },
  };
}

/** The largest number of words that a prompt allows; where parts have limits, that of the longest. */
function findWordLimit(prompt: string): number | undefined {
  const limit =
    /(?:at most|no more than|höchstens) (\d+) (?:words|Wörter)|(\d+) (?:mots au plus|palabras como máximo)/gi;
  const numbers = [...prompt.matchAll(limit)].map(([, one, other]) => Number(one ?? other));
  return numbers.length === 0 ? undefined : Math.max(...numbers);
}

describe('the task set "drafts"', () => {
  it('has ten tasks under each of four labels, in at least four languages', () => {
    expect([...countBy(examples, ({ task }) => task)]).toEqual(labels.map((label) => [label, 10]));
    expect(countBy(examples, ({ metadata }) => metadata['language']).size).toBeGreaterThanOrEqual(4);
    expect(countBy(examples, ({ metadata }) => metadata['level']).size).toBe(3);
  });

  it('holds only tasks that were written by hand, with author and license', () => {
    for (const { metadata } of examples) {
      expect(metadata).toMatchObject({
        origin: 'hand-written',
        author: 'Routesmith',
        license: 'Apache-2.0',
      });
    }
  });

  it('gives the judge at least four points of its own for each task', () => {
    for (const example of examples) {
      const points = rubricOf(example).match(/^\d+\. .+/gm) ?? [];
      expect({ id: example.id, enough: points.length >= 4 }).toEqual({ id: example.id, enough: true });
    }
    expect(new Set(examples.map(rubricOf)).size).toBe(examples.length);
  });

  it('shows the judge task, rubric and answer, and takes its verdict', async () => {
    const verdicts = { 'ready to send': 1, 'needs edits': 0.5, 'not usable': 0 };
    for (const [verdict, quality] of Object.entries(verdicts)) {
      const judge = createFixedJudge(verdict);
      for (const example of examples) {
        const answer = rightAnswer(example);
        const grade = await gradeAnswer(example, answer, { judge });
        expect({ id: example.id, ...grade }).toMatchObject({ kind: 'graded', quality });
        const shown = judge.asked.at(-1) ?? '';
        expect(shown).toContain(rubricOf(example));
        expect(shown).toContain(answer.trim());
        expect(shown).toContain(promptText(example.prompt).trim());
      }
    }
  });

  it('leaves answers ungraded without a judge', async () => {
    for (const example of examples.slice(0, 4)) {
      const grade = await gradeAnswer(example, rightAnswer(example));
      expect(grade).toMatchObject({ kind: 'ungraded', retryable: true });
    }
  });

  it('has good drafts that keep to the number of words, and bad ones that differ', () => {
    let limited = 0;
    for (const example of examples) {
      const limit = findWordLimit(promptText(example.prompt));
      const words = countWords(rightAnswer(example));
      limited += limit === undefined ? 0 : 1;
      expect({ id: example.id, words, fits: words <= (limit ?? Infinity) }).toEqual({
        id: example.id,
        words,
        fits: true,
      });
      expect(wrongAnswers(example)).not.toContain(rightAnswer(example));
    }
    expect(limited).toBeGreaterThanOrEqual(38);
  });

  it('asks nothing twice, and comes out of its sources byte for byte', async () => {
    const groups = computeNearDuplicateGroups(examples.map(({ prompt }) => promptText(prompt)));
    expect(new Set(groups).size).toBe(examples.length);
    expect(makeStarterTasks(labels)).toBe(await readFile(datasetFile('drafts'), 'utf8'));
  });

  it('has as many tasks as the README says', async () => {
    const readme = await readFile(new URL('README.md', datasets), 'utf8');
    expect(readme).toContain(`| \`drafts.jsonl\` | ${examples.length} |`);
  });
});
