import { describe, expect, it } from 'vitest';
import { selectCurrentLabels } from '../../../src/measure/outcomes/current-labels.js';
import { readHumanLabels } from '../../../src/measure/outcomes/read-human-labels.js';
import { writeTestFiles } from './write-test-files.js';

const cell = { taskId: 'p', model: 'm', repeat: 0 };
const label = { task: 'p', model: 'm', repeat: 0, quality: 1 };

describe('labels of the answers that a run has now', () => {
  it.each([
    ['names the same answer', { ...label, answer: 'Yes.\nIt is.' }],
    ['comes back from a spreadsheet', { ...label, answer: 'Yes.\r\nIt is. ' }],
    ['names no answer', label],
    ['is of a cell that the run lacks', { ...label, task: 'q', answer: 'No.' }],
  ])('keep one that %s', (_, one) => {
    const entries = [{ ...cell, answer: 'Yes.\nIt is.' }];
    expect(selectCurrentLabels([one], entries)).toEqual({ labels: [one], outdated: 0 });
  });

  it('leave out those of earlier answers and of failures, and count them', () => {
    const labels = [
      { ...label, answer: 'No.' },
      { ...label, answer: null },
      { ...label, answer: 'Yes.' },
    ];
    expect(selectCurrentLabels(labels, [{ ...cell, answer: 'Yes.' }])).toEqual({
      labels: [{ ...label, answer: 'Yes.' }],
      outdated: 2,
    });
  });

  it('are read with their answers', async () => {
    const folder = await writeTestFiles({
      'labels.csv': 'task,model,quality,answer\np,m,1,"Yes, it is."\n',
      'labels.jsonl': '{"task":"p","model":"m","quality":0,"answer":null}\n',
    });
    expect(await readHumanLabels(`${folder}/labels.csv`)).toEqual([
      { ...label, answer: 'Yes, it is.' },
    ]);
    expect(await readHumanLabels(`${folder}/labels.jsonl`)).toEqual([
      { ...label, quality: 0, answer: null },
    ]);
  });
});
