import { readFile, stat } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { makeLongTasks } from '../../scripts/make/long-tasks.js';
import { promptText } from '../../src/llm/chat.js';
import { gradeAnswer } from '../../src/measure/graders/grade-answer.js';
import { countWords } from '../../src/measure/graders/texts/split-words.js';
import { computePromptHash, type Example } from '../../src/measure/tasks/example.js';
import { computeNearDuplicateGroups } from '../../src/measure/tasks/near-duplicate-groups.js';
import {
  countBy,
  datasetFile,
  datasets,
  isQuality,
  readDataset,
  rightAnswer,
  wrongAnswers,
} from '../support/dataset.js';

const file = datasetFile('documents');

let examples: readonly Example[];
beforeAll(async () => {
  examples = await readDataset('documents');
});

/** The document of a task, without the question. */
function documentOf({ prompt }: Example): string {
  return promptText(prompt).split('\n\n---\n\n')[0] ?? '';
}

function documentNames(): readonly unknown[] {
  return [...countBy(examples, ({ metadata }) => metadata['document']).keys()];
}

describe('the task set "documents"', () => {
  it('asks six questions about each of ten documents', () => {
    expect(examples.length).toBe(60);
    expect(new Set(examples.map(({ prompt }) => computePromptHash(prompt))).size).toBe(60);
    const counts = countBy(examples, ({ metadata }) => metadata['document']);
    expect([...counts.values()]).toEqual(Array.from({ length: 10 }, () => 6));
    const labels = countBy(examples, ({ task }) => task);
    expect([...labels]).toEqual([
      ['long-contract', 24],
      ['long-report', 36],
    ]);
  });

  it('asks for lookups, sums, passages that change others, and what is not stated', () => {
    const kinds = countBy(examples, ({ metadata }) => metadata['kind']);
    expect([...kinds.keys()].sort()).toEqual(['absent', 'lookup', 'override', 'sum']);
    for (const [kind, count] of kinds) expect({ kind, enough: count >= 8 }).toMatchObject({ enough: true });
    expect(countBy(examples, ({ metadata }) => metadata['level']).size).toBe(3);
  });

  it('has documents of 2,000 to 8,000 words, in one file of less than 1 MB', async () => {
    for (const example of examples) {
      const words = countWords(documentOf(example));
      expect({ id: example.id, words, fits: words >= 2000 && words <= 8000 }).toMatchObject({ fits: true });
    }
    expect((await stat(file)).size).toBeLessThan(1_000_000);
  });

  it('says hardly anything twice within a document, except in the fixed parts of findings', () => {
    const seen = new Map(examples.map((example) => [example.metadata['document'], documentOf(example)]));
    for (const [name, text] of seen) {
      const paragraphs = text.split('\n\n').filter((paragraph) => countWords(paragraph) > 12);
      const share = new Set(paragraphs).size / paragraphs.length;
      expect({ name, share, varied: share > 0.95 }).toMatchObject({ varied: true });
    }
  });

  it('keeps the questions on one document together where data are split, and the documents apart', () => {
    const groups = computeNearDuplicateGroups(examples.map(({ prompt }) => promptText(prompt)));
    expect([...groups]).toEqual(
      examples.map(({ metadata }) => documentNames().indexOf(metadata['document'])),
    );
  });

  it('is graded right on its references and wrong on what a hasty reader answers', async () => {
    for (const example of examples) {
      const answer = rightAnswer(example);
      const right = await gradeAnswer(example, answer);
      expect({ id: example.id, answer, isRight: isQuality(right, 1, 1) }).toMatchObject({ isRight: true });
      const [mistake = ''] = wrongAnswers(example);
      const wrong = await gradeAnswer(example, mistake);
      expect({ id: example.id, mistake, isWrong: isQuality(wrong, 0, 0) }).toMatchObject({ isWrong: true });
    }
  });

  it('has every lookup in its document, and no number of a sum', () => {
    const kinds = new Set<unknown>();
    for (const example of examples) {
      if (typeof example.reference !== 'number' || example.reference < 1000) continue;
      kinds.add(example.metadata['kind']);
      const isWritten = documentOf(example).includes(example.reference.toLocaleString('en-US'));
      const isLookup = example.metadata['kind'] === 'lookup';
      expect({ id: example.id, isWritten }).toEqual({ id: example.id, isWritten: isLookup });
    }
    expect([...kinds].sort()).toEqual(['lookup', 'override', 'sum']);
  });

  it('states author and license, and how many tasks it has', async () => {
    for (const { metadata } of examples) {
      expect(metadata).toMatchObject({ author: 'Routesmith', license: 'Apache-2.0' });
    }
    const readme = await readFile(new URL('README.md', datasets), 'utf8');
    expect(readme).toContain(`| \`documents.jsonl\` | ${examples.length} |`);
  });

  it('comes out of its script byte for byte', async () => {
    expect(makeLongTasks()).toBe(await readFile(file, 'utf8'));
  });
});
