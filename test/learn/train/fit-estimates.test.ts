import { describe, expect, it } from 'vitest';
import type { Price } from '../../../src/llm/price.js';
import type { Prompt } from '../../../src/llm/chat.js';
import type { RowScores } from '../../../src/learn/row-scores.js';
import { estimateTable, fitEstimates } from '../../../src/learn/train/fit-estimates.js';
import { computeTrainingData, type TrainingData } from '../../../src/learn/train/training-data.js';
import { buildOutcomeTable, listRows, type OutcomeTableRow } from '../../support/outcome-table.js';

const price: Price = { inputPerMillionUsd: 1, outputPerMillionUsd: 4, date: '2025-01-01' };

/** Forty prompts of 10 to 400 characters, half of them of task "a", half of "b". */
function prepare(change: (row: number) => Partial<OutcomeTableRow>): TrainingData {
  const rows = Array.from({ length: 40 }, (_, row) => ({
    prompt: `${row} `.padEnd(10 * (row + 1), 'x'),
    task: row % 2 === 0 ? 'a' : 'b',
    quality: [1, 1],
    ...change(row),
  }));
  return computeTrainingData(buildOutcomeTable(['m', 'other'], rows));
}

const fit = (data: TrainingData, ownPrice?: Price, rows = listRows(40)) =>
  fitEstimates(data, rows, 0, ownPrice);

describe('cost estimates', () => {
  it('find the input tokens per character and beside them, and the output tokens per task', () => {
    const data = prepare((row) => ({
      inputTokens: [7 + 0.25 * 10 * (row + 1), null],
      outputTokens: [row % 2 === 0 ? 100 : 500, null],
      costUsd: [1, 1],
    }));
    const { cost } = fit(data, price);
    if (cost.kind !== 'tokens') throw new Error(`estimated by ${cost.kind}`);
    expect(cost.price).toBe(price);
    expect(cost.fixedInputTokens).toBeCloseTo(7, 2);
    expect(cost.inputTokensPerCharacter).toBeCloseTo(0.25, 4);
    // (20 outcomes * 100 + 5 prior ones * 300) / 25
    expect(cost.outputTokens).toEqual([140, 460]);
  });

  it('take the recorded charge where no price is known, or no tokens', () => {
    const charges = (row: number) => ({ costUsd: [row % 2 === 0 ? 0.001 : 0.003, null] });
    const expected = { kind: 'recorded', costUsd: [0.0012, 0.0028] };
    expect(fit(prepare(charges), price).cost).toEqual(expected);
    const withTokens = prepare((row) => ({
      ...charges(row),
      inputTokens: [5, 5],
      outputTokens: [5, 5],
    }));
    expect(fit(withTokens).cost).toEqual(expected);
  });

  it('are unknown, not zero, where nothing was recorded', () => {
    expect(
      fit(
        prepare(() => ({})),
        price,
      ).cost,
    ).toEqual({ kind: 'unknown' });
    const otherOnly = prepare(() => ({ costUsd: [null, 0.5] }));
    expect(fit(otherOnly).cost).toEqual({ kind: 'unknown' });
  });

  it('are unknown where fewer than half of the outcomes have a cost, as in an evaluation', () => {
    const known = (count: number) => (row: number) => ({
      costUsd: [row < count ? 0.00001 : null, null],
    });
    expect(fit(prepare(known(3))).cost).toEqual({ kind: 'unknown' });
    expect(fit(prepare(known(19))).cost).toEqual({ kind: 'unknown' });
    expect(fit(prepare(known(20))).cost).toEqual({ kind: 'recorded', costUsd: [0.00001, 0.00001] });
  });

  it.each(['inputTokens', 'outputTokens'])(
    'take the recorded charge where few outcomes have %s',
    (few) => {
      const data = prepare((row) => ({
        costUsd: [0.002, null],
        inputTokens: [5, null],
        outputTokens: [5, null],
        [few]: [row < 3 ? 5 : null, null],
      }));
      expect(fit(data, price).cost).toEqual({ kind: 'recorded', costUsd: [0.002, 0.002] });
    },
  );

  describe('of a model that refuses prompts for free', () => {
    const refusing = (refused: number) => (row: number) =>
      row % 5 < refused
        ? { quality: [0, 1], costUsd: [0, null] }
        : {
            quality: [1, 1],
            costUsd: [0.01, null],
            inputTokens: [2000, null],
            outputTokens: [2000, null],
          };

    it.each([2, 3])('are those of what it answers, where it refuses %i of 5', (refused) => {
      const data = prepare(refusing(refused));
      const priced = fit(data, price).cost;
      expect(priced).toMatchObject({ kind: 'tokens', outputTokens: [2000, 2000] });
      expect(fit(data).cost).toEqual({ kind: 'recorded', costUsd: [0.01, 0.01] });
    });

    it('are unknown where it refuses everything, and 0 where it is free', () => {
      const data = prepare(() => ({ quality: [0, 1], costUsd: [0, null] }));
      expect(fit(data, price).cost).toEqual({ kind: 'unknown' });
      const free = { ...price, inputPerMillionUsd: 0, outputPerMillionUsd: 0 };
      expect(fit(data, free).cost).toEqual({ kind: 'recorded', costUsd: [0, 0] });
      expect(fit(data).cost).toEqual({ kind: 'recorded', costUsd: [0, 0] });
    });

    it('count what it was paid for, however bad the answer', () => {
      const bad = prepare((row) => ({ quality: [0, 1], costUsd: [row < 20 ? 0.01 : 0.03, null] }));
      expect(fit(bad).cost).toMatchObject({ kind: 'recorded', costUsd: [0.02, 0.02] });
    });
  });

  it('leave out missing outcomes and rows that are not of training', () => {
    const data = prepare((row) => ({ costUsd: [row < 20 ? 0.002 : row < 30 ? null : 9, null] }));
    const { cost } = fit(data, undefined, listRows(30));
    expect(cost).toEqual({ kind: 'recorded', costUsd: [0.002, 0.002] });
  });

  it('give a task without outcomes the mean of the model', () => {
    const data = prepare((row) => ({ costUsd: [row % 2 === 0 ? 0.002 : null, null] }));
    expect(fit(data).cost).toEqual({ kind: 'recorded', costUsd: [0.002, 0.002] });
  });

  describe('of prompts with images', () => {
    const images = (count: number, text: string): Prompt => ({
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text },
            ...Array.from({ length: count }, () => ({
              type: 'image_url' as const,
              image_url: { url: 'https://example.com/a.png' },
            })),
          ],
        },
      ],
    });
    const tokens = (own: number) => ({ inputTokens: [own, null], outputTokens: [5, null] });
    const fitTokens = (data: TrainingData) => {
      const { cost } = fit(data, price);
      if (cost.kind !== 'tokens') throw new Error(`estimated by ${cost.kind}`);
      return cost;
    };

    it('take the tokens of images for those of no text', () => {
      const data = prepare((row) => ({
        prompt: images(1, 'What is the total of it?'.padEnd(24 + (row % 3), '?')),
        ...tokens(900 + ((7 * row) % 40)),
      }));
      expect(fitTokens(data).inputTokensPerCharacter).toBeLessThan(0.3);
    });

    it('take tokens beside the text for fixed ones where no length tells them apart', () => {
      const data = prepare((row) => ({ prompt: `Sum ${10 + row}?`, ...tokens(800) }));
      expect(fitTokens(data)).toMatchObject({
        fixedInputTokens: 798.25,
        inputTokensPerCharacter: 0.25,
      });
    });

    it('find the rate of the text in a mix, and estimate what the runtime does', () => {
      const count = (row: number) => row % 3;
      const data = prepare((row) => ({
        prompt: images(count(row), `${row} `.padEnd(10 * (row + 1), 'x')),
        ...tokens(7 + 2.5 * (row + 1) + 1000 * count(row)),
      }));
      const estimates = [fit(data, price), fit(data, price)];
      const cost = fitTokens(data);
      expect(cost.inputTokensPerCharacter).toBeCloseTo(0.25, 4);
      expect(cost.fixedInputTokens).toBeCloseTo(7, 2);
      const scores: RowScores = {
        quality: new Float32Array(40),
        taskPosterior: new Float32Array(80).fill(0.5),
        novelty: new Float32Array(40),
        familiarity: new Float32Array(40),
      };
      const { costUsd } = estimateTable(data, listRows(40), scores, estimates);
      for (const row of listRows(40)) {
        const inputTokens = 7 + 2.5 * (row + 1) + 1000 * count(row);
        expect(costUsd[2 * row]).toBeCloseTo((inputTokens + 4 * 5) / 1e6, 8);
      }
    });
  });

  it('never expect fewer tokens of a longer prompt, nor less than none', () => {
    const slopes: readonly ((row: number) => number)[] = [
      (row) => 500 - 10 * row,
      (row) => Math.max(0, 10 * row - 200),
      () => 0,
    ];
    for (const tokensOf of slopes) {
      const data = prepare((row) => ({
        inputTokens: [tokensOf(row), null],
        outputTokens: [1, null],
      }));
      const { cost } = fit(data, price);
      if (cost.kind !== 'tokens') throw new Error(`estimated by ${cost.kind}`);
      expect(cost.inputTokensPerCharacter).toBeGreaterThanOrEqual(0);
      expect(cost.fixedInputTokens).toBeGreaterThanOrEqual(0);
    }
  });
});

describe('latency estimates', () => {
  it('are median and 95th percentile of each task with enough outcomes', () => {
    const data = prepare((row) => ({
      latencyMs: [row % 2 === 0 ? 10 * (row / 2 + 1) : 5000, null],
    }));
    const { latency } = fit(data);
    // 10, 20, ... 200 for task "a".
    expect(latency).toEqual({ kind: 'recorded', medianMs: [105, 5000], p95Ms: [190.5, 5000] });
  });

  it('lean on the other tasks where a task has few outcomes', () => {
    const data = prepare((row) => ({
      latencyMs: [row % 2 === 0 ? 100 : row < 4 ? 900 : null, null],
    }));
    const { latency } = fit(data);
    expect(latency).toMatchObject({ kind: 'recorded', medianMs: [100, 100] });
  });

  it('are unknown where nothing was recorded, or of fewer than half of the outcomes', () => {
    expect(fit(prepare(() => ({}))).latency).toEqual({ kind: 'unknown' });
    const few = prepare((row) => ({ latencyMs: [row < 3 ? 10 : null, null] }));
    expect(fit(few).latency).toEqual({ kind: 'unknown' });
  });
});
