import { describe, expect, it } from 'vitest';
import type { AuditedRequests } from '../../../src/review/audit/audited-requests.js';
import { fitAnswerClasses } from '../../../src/review/audit/fit-answer-classes.js';
import { predictFigures } from '../../../src/review/audit/predict-figures.js';
import {
  computeAnswerChances,
  computeJudgeGrades,
  predictQuality,
} from '../../../src/review/audit/predict-quality.js';
import { createRandom, type Random } from '../../../src/util/random.js';

const models = ['small', 'large'];
const requests = 1200;

/**
 * Easy requests, which both models mostly answer well, and hard ones, where large is better. The judge
 * passes a wrong answer of small in `passed` of all cases, and errs in 10 % otherwise.
 */
function simulate(passed: number, random: Random): AuditedRequests {
  const taskOf = Int32Array.from({ length: requests }, (_, row) => row % 2);
  const chances = [
    [0.9, 0.95],
    [0.1, 0.7],
  ];
  const human = Float64Array.from({ length: 2 * requests }, (_, cell) =>
    random() < chances[taskOf[cell >> 1]!]![cell % 2]! ? 1 : 0,
  );
  const quality = human.map((right, cell) => {
    const isError = random() < (right === 0 && cell % 2 === 0 ? passed : 0.1);
    return isError ? 1 - right : right;
  });
  return {
    models,
    served: new Int32Array(requests),
    quality,
    costUsd: Float64Array.from(quality, (_, cell) => (cell % 2 === 0 ? 1 : 2)),
    human,
    taskOf,
    tasks: ['easy', 'hard'],
    groups: taskOf.map((_, row) => row),
    weights: new Float64Array(requests).fill(1),
    labelWeights: undefined,
    repeats: undefined,
    humanRepeats: undefined,
  };
}

const rows = [...Array(requests).keys()];
const each = (): number => 1;

function predict(audited: AuditedRequests) {
  const classes = fitAnswerClasses(audited, 1);
  const judge = computeJudgeGrades(audited, rows, each);
  const chanceOf = computeAnswerChances(audited, classes, judge);
  return { classes, judge, chanceOf, quality: predictQuality(audited, classes, chanceOf) };
}

function meanOf(values: ArrayLike<number>, isMeant: (cell: number) => boolean): number {
  const meant = Array.from(values).filter((_, cell) => isMeant(cell));
  return meant.reduce((sum, value) => sum + value, 0) / meant.length;
}

describe('how a judge grades', () => {
  it('is read from the labels, for each model', () => {
    const { judge } = predict(simulate(0.4, createRandom(1)));
    expect(judge.ofRight[0]).toBeCloseTo(0.9, 1);
    expect(judge.ofWrong[0]).toBeCloseTo(0.4, 1);
    expect(judge.ofWrong[1]).toBeCloseTo(0.1, 1);
  });

  it('is as good as assumed without a label', () => {
    const judge = computeJudgeGrades(simulate(0.4, createRandom(1)), [], each);
    expect([...judge.ofRight, ...judge.ofWrong]).toEqual([0.8, 0.8, 0.2, 0.2]);
  });

  it('counts labels by the requests that they stand for', () => {
    const audited = simulate(0.4, createRandom(1));
    const wrong = rows.filter((row) => audited.human[2 * row] === 0);
    const judge = computeJudgeGrades(audited, wrong, (row) =>
      audited.quality[2 * row] === 1 ? 1 : 0,
    );
    expect(judge.ofWrong[0]).toBeGreaterThan(0.9);
  });
});

describe('the expected quality of answers', () => {
  const audited = simulate(0.4, createRandom(2));
  const { quality } = predict(audited);

  it('is the share of right answers among those that the judge grades alike', () => {
    for (const model of [0, 1]) {
      for (const grade of [0, 1]) {
        const isMeant = (cell: number): boolean =>
          cell % 2 === model && audited.quality[cell] === grade;
        const found = meanOf(quality, isMeant);
        expect(Math.abs(found - meanOf(audited.human, isMeant))).toBeLessThan(0.06);
      }
    }
  });

  it('is nearer to the truth than the judge', () => {
    const errorOf = (values: Float64Array): number =>
      meanOf(
        values.map((value, cell) => (value - audited.human[cell]!) ** 2),
        () => true,
      );
    expect(errorOf(quality)).toBeLessThan(0.75 * errorOf(audited.quality));
  });

  it('is 0 for a refused answer, and leaves its request in the figures', () => {
    const refused = {
      ...audited,
      quality: audited.quality.map((grade, cell) => (cell === 1 ? 0 : grade)),
      costUsd: audited.costUsd.map((cost, cell) => (cell === 1 ? Number.NaN : cost)),
    };
    const { classes, chanceOf, quality: expected } = predict(refused);
    expect(expected[1]).toBe(0);
    const figures = predictFigures(refused, 1, { classes, chanceOf }, 1);
    expect(Object.values(figures).every((column) => !Number.isNaN(column[0]))).toBe(true);
  });

  it('is a number from 0 to 1 for any judge, one that says the opposite included', () => {
    const opposite = { ...audited, quality: audited.human.map((right) => 1 - right) };
    expect(predict(opposite).quality.every((value) => value >= 0 && value <= 1)).toBe(true);
  });
});

describe('expected figures', () => {
  const audited = simulate(0.1, createRandom(3));
  const { classes, chanceOf } = predict(audited);
  const figures = predictFigures(audited, 1, { classes, chanceOf }, 1);

  it('are right on average', () => {
    const small = meanOf(audited.human, (cell) => cell % 2 === 0);
    expect(meanOf(figures.served, () => true)).toBeCloseTo(small, 1);
    // A more expensive model was right where small was not.
    const missed = rows.filter((row) => audited.human[2 * row]! < audited.human[2 * row + 1]!);
    expect(meanOf(figures.underkill, () => true)).toBeCloseTo(missed.length / requests, 1);
    expect(figures.better.every((value) => value === 0)).toBe(true);
  });

  it('are the same again for the same seed', () => {
    expect(predictFigures(audited, 1, { classes, chanceOf }, 1)).toEqual(figures);
  });
});

describe('classes of requests', () => {
  it('are one for few requests, of which nothing can be told apart', () => {
    const audited = simulate(0.1, createRandom(4));
    const few = {
      ...audited,
      served: audited.served.slice(0, 30),
      quality: audited.quality.slice(0, 60),
      taskOf: audited.taskOf.slice(0, 30),
      weights: audited.weights.slice(0, 30),
    };
    const { count, shares } = fitAnswerClasses(few, 1);
    expect(count).toBe(1);
    expect([...shares]).toEqual(Array(30).fill(1));
  });

  it('tell easy requests from hard ones by the grades and tasks', () => {
    const audited = simulate(0.1, createRandom(5));
    const { count, shares, grades } = fitAnswerClasses(audited, 1);
    const smallIn = rows.map((row) =>
      Array.from(
        { length: count },
        (_, one) => shares[row * count + one]! * grades[2 * one]!,
      ).reduce((sum, part) => sum + part, 0),
    );
    const easy = meanOf(smallIn, (row) => row % 2 === 0);
    const hard = meanOf(smallIn, (row) => row % 2 === 1);
    expect(easy - hard).toBeGreaterThan(0.5);
  });
});
