import { describe, expect, it } from 'vitest';
import { readVolume } from '../../../src/learn/report/read-volume.js';
import type { Volume } from '../../../src/learn/report/report.js';
import { computeTrainingData } from '../../../src/learn/train/training-data.js';
import { buildOutcomeTable } from '../../support/outcome-table.js';
import { createTemporaryFolder } from '../../support/temporary-folder.js';

const folder = createTemporaryFolder();

/** No prompt of "essay" is graded. */
const data = computeTrainingData(
  buildOutcomeTable(
    ['small', 'large'],
    Array.from({ length: 60 }, (_, row) => {
      const task = ['code', 'math', 'essay'][row % 3]!;
      return { task, quality: task === 'essay' ? [null, null] : [0, 1] };
    }),
  ),
);

async function read(text: string, name = 'mix.yaml'): Promise<Volume> {
  return readVolume(data, { monthlyRequests: undefined, mixFile: folder.write(name, text) });
}

describe('the monthly requests of each task', () => {
  it.each([
    ['mix.yaml', 'code: 1000\nmath: 2000\n'],
    ['mix.json', '{"code":1000,"math":2000}'],
    ['mix.csv', 'task,requests\ncode,1000\nmath,2000\n'],
  ])('are read from %s', async (name, text) => {
    expect(await read(text, name)).toEqual({
      kind: 'mix',
      requests: 3000,
      requestsOfTask: { code: 1000, math: 2000 },
    });
  });

  it('may not name a task that the run does not have', async () => {
    await expect(read('cod: 1000\n')).rejects.toMatchObject({
      code: 'invalid_input',
      message: expect.stringContaining('did you mean "code"') as string,
    });
  });

  it('have no cost for a task of the run that no prompt is graded of', async () => {
    await expect(read('code: 1000\nessay: 500\n')).rejects.toMatchObject({
      code: 'insufficient_data',
      message: expect.stringContaining('no prompt of the task "essay" has an outcome') as string,
      fix: 'Sweep or grade its prompts, or leave the task out of the file.',
    });
  });
});
