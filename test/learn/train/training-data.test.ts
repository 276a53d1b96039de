import { describe, expect, it } from 'vitest';
import type { Prompt } from '../../../src/llm/chat.js';
import { describeLeftOut } from '../../../src/learn/train/comparable-models.js';
import { computeTrainingData } from '../../../src/learn/train/training-data.js';
import { balanceTasks } from '../../../src/measure/outcomes/balance-tasks.js';
import { findNeeds } from '../../../src/policy/decide/request-needs.js';
import { buildOutcomeTable, type OutcomeTableRow } from '../../support/outcome-table.js';

function build(rows: readonly Omit<OutcomeTableRow, 'quality'>[]) {
  const filler = Array.from({ length: 10 }, (_, index) => ({
    prompt: `filler ${index} ${index * 7}`,
  }));
  return computeTrainingData(
    buildOutcomeTable(
      ['a', 'b'],
      [...rows, ...filler].map((row) => ({ ...row, quality: [1, 0] })),
    ),
  );
}

describe('the groups of training data', () => {
  it('hold copies of what the user asks together, whatever the case, spacing and system prompt', () => {
    const ask = 'How many seconds are there in a leap year, and why is that so?';
    const { groups } = build([
      { prompt: ask },
      { prompt: `  ${ask.toUpperCase()}` },
      {
        prompt: {
          messages: [
            { role: 'system', content: 'Be brief.' },
            { role: 'user', content: ask },
          ],
        },
      },
      { prompt: 'Name three rivers in Portugal.' },
    ]);
    expect(new Set(groups.subarray(0, 3)).size).toBe(1);
    expect(groups[3]).not.toBe(groups[0]);
  });

  describe('of conversations', () => {
    const converse = (...turns: string[]): Prompt => ({
      messages: turns.flatMap((content, place) => [
        ...(place > 0 ? [{ role: 'assistant' as const, content: 'Here you are.' }] : []),
        { role: 'user' as const, content },
      ]),
    });
    const leapYear = 'How many seconds are there in a leap year, and why is that so?';
    const histories = [
      'Write a limerick about a lighthouse keeper who lost his keys.',
      'Translate this menu into Portuguese: soup, bread, grilled sardines.',
      'Which sorting algorithm is stable and runs in place?',
    ];
    const countGroups = (prompts: readonly Prompt[]): number => {
      const { groups } = build(prompts.map((prompt) => ({ prompt })));
      return new Set(groups.subarray(0, prompts.length)).size;
    };

    it('hold those together that ask the same in the end, whatever came before', () => {
      expect(countGroups(histories.map((history) => converse(history, leapYear)))).toBe(1);
      expect(countGroups([leapYear, converse(histories[0] ?? '', leapYear)])).toBe(1);
    });

    it('keep follow-ups apart, which are read together with what they follow up on', () => {
      for (const followUp of ['shorter, please', 'continue', 'yes', 'try again', 'thanks!']) {
        expect(countGroups(histories.map((history) => converse(history, followUp)))).toBe(3);
      }
    });

    it('hold those together that ask the same with other blocks of a client', () => {
      const withBlock = (text: string) => `<system-reminder>${text}</system-reminder>\n${leapYear}`;
      expect(countGroups(histories.map(withBlock))).toBe(1);
    });
  });

  it('join what the table itself groups, also through near-duplicates', () => {
    const { groups } = build([
      { prompt: 'first question of all', group: 'one' },
      { prompt: 'an entirely different matter', group: 'one' },
      { prompt: 'an entirely different matter', group: 'two' },
      { prompt: 'something else again', group: 'two' },
    ]);
    expect(new Set(groups.subarray(0, 4)).size).toBe(1);
  });
});

describe('prompts without an outcome', () => {
  /** The first `graded` prompts have outcomes of both models; task "b" has the odd ones. */
  function buildRows(count: number, graded: number): OutcomeTableRow[] {
    return Array.from({ length: count }, (_, row) => ({
      prompt: `prompt ${row} about ${row * 7}`,
      task: row % 2 === 0 || row >= graded ? 'a' : 'b',
      quality: row < graded ? [1, 0] : [null, null],
    }));
  }

  it('are left out, and counted', () => {
    const { table, ungradedPrompts, counts, groups, needs, taskOf } = computeTrainingData(
      buildOutcomeTable(['a', 'b'], buildRows(80, 30)),
    );
    expect(ungradedPrompts).toBe(50);
    expect(table.prompts.map(({ id }) => id)).toEqual(
      Array.from({ length: 30 }, (_, row) => `prompt-${row}`),
    );
    expect(table.quality).toHaveLength(60);
    expect([counts.rowCount, groups.length, needs.length, taskOf.length]).toEqual([30, 30, 30, 30]);
  });

  it('include those with an outcome of a left-out model alone', () => {
    const rows = buildRows(300, 280).map((row, index) => ({
      ...row,
      quality: [...row.quality, index >= 278 ? 1 : null],
    }));
    const data = computeTrainingData(buildOutcomeTable(['a', 'b', 'new'], rows));
    expect(data.table.models).toEqual(['a', 'b']);
    expect(data.ungradedPrompts).toBe(20);
    expect(describeLeftOut(data).at(-1)).toContain(
      '20 prompts have no outcome of a compared model',
    );
  });

  it.each([
    [['essay'], 'left out of all results, and so is the whole task essay: sweep'],
    [
      ['essay', 'code'],
      'left out of all results, and so are the whole tasks code and essay: sweep',
    ],
    [[], 'left out of all results: sweep'],
  ])('are named by task where they are all of it: %s', (tasks, text) => {
    const rows = Array.from({ length: 60 }, (_, row) => {
      const task = ['chat', 'essay', 'code'][row % 3]!;
      const isUngraded = tasks.includes(task) || row === 0;
      return { task, quality: isUngraded ? [null, null] : [1, 0] };
    });
    const data = computeTrainingData(buildOutcomeTable(['a', 'b'], rows));
    expect(data.ungradedTasks).toEqual([...tasks].sort());
    expect(describeLeftOut(data).join()).toContain(text);
  });

  it('do not count towards the ten that training takes', () => {
    const table = buildOutcomeTable(['a', 'b'], buildRows(80, 6));
    expect(() => computeTrainingData(table)).toThrow(
      'only 6 prompts with an outcome; 74 without one',
    );
  });

  it('have no part in the weights', () => {
    const rows = buildRows(80, 30).map((row, index) => ({ ...row, weight: index < 30 ? 2 : 9 }));
    expect(computeTrainingData(buildOutcomeTable(['a', 'b'], rows)).weights).toEqual(
      new Float64Array(30).fill(1),
    );
    const balanced = balanceTasks(buildOutcomeTable(['a', 'b'], buildRows(80, 30)));
    const { weights, taskOf } = computeTrainingData(balanced);
    const sumOf = (task: number): number =>
      weights.reduce((sum, weight, row) => sum + (taskOf[row] === task ? weight : 0), 0);
    expect(sumOf(0)).toBeCloseTo(sumOf(1), 9);
  });
});

describe('what the prompts of training data need', () => {
  it('is what the runtime reads of the same request', () => {
    const messages = [{ role: 'user' as const, content: 'List three fruits.' }];
    const members = {
      response_format: { type: 'json_schema', json_schema: { name: 'fruits' } },
      max_completion_tokens: 900,
    };
    const request = { ...members, messages };
    const { needs } = build([{ prompt: { messages, members } }]);
    expect(needs[0]).toEqual(findNeeds(request));
    expect(needs[0]).toMatchObject({ capabilities: ['json'], maxOutputTokens: 900 });
  });
});

describe('the tasks of training data', () => {
  it('are the labels in alphabetical order, with -1 where a label is missing', () => {
    const { tasks, taskOf } = build([{ task: 'sql' }, { task: 'chat' }, {}]);
    expect(tasks).toEqual(['chat', 'sql']);
    expect([...taskOf.subarray(0, 3)]).toEqual([1, 0, -1]);
  });

  it('are a single one where nothing is labeled', () => {
    const { tasks, taskOf } = build([]);
    expect(tasks).toEqual(['all']);
    expect(new Set(taskOf)).toEqual(new Set([0]));
  });
});
