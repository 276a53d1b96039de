import { at } from '../../util/numeric-arrays.js';
import type { AuditedRequests } from './audited-requests.js';
import type { AnswerClasses } from './fit-answer-classes.js';

/** Mean grade that a judge gives to right and to wrong answers, by model. */
export interface JudgeGrades {
  readonly ofRight: Float64Array;
  readonly ofWrong: Float64Array;
}

/** What is assumed of a judge before any label, as the weight of so many answers. */
const prior = { ofRight: 0.8, ofWrong: 0.2, answers: 2 };
/** A model's own errors count as those of all models until so many of its answers are labeled. */
const pooledAnswers = 20;

/**
 * Computes how a judge grades right and wrong answers, from those that people labeled. A label between
 * 0 and 1 is that share of a right answer.
 *
 * @param rows labeled requests
 * @param weightOf how many requests each stands for
 */
export function computeJudgeGrades(
  { models, quality, human }: AuditedRequests,
  rows: readonly number[],
  weightOf: (row: number) => number,
): JudgeGrades {
  const width = models.length;
  const represented = rows.reduce((sum, row) => sum + weightOf(row), 0);
  const scale = represented > 0 ? rows.length / represented : 0;
  const compute = (shareOf: (label: number) => number, assumed: number): Float64Array => {
    const counts = new Float64Array(width);
    const sums = new Float64Array(width);
    for (const row of rows) {
      for (let model = 0; model < width; model++) {
        const cell = row * width + model;
        const share = weightOf(row) * scale * shareOf(at(human, cell));
        counts[model]! += share;
        sums[model]! += share * at(quality, cell);
      }
    }
    const total = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0);
    const pooled = (total(sums) + prior.answers * assumed) / (total(counts) + prior.answers);
    return sums.map(
      (sum, model) => (sum + pooledAnswers * pooled) / (at(counts, model) + pooledAnswers),
    );
  };
  return {
    ofRight: compute((label) => label, prior.ofRight),
    ofWrong: compute((label) => 1 - label, prior.ofWrong),
  };
}

/** The probability that the answer of a model to a request is right, if the request is of a class. */
export type AnswerChances = (row: number, one: number, model: number) => number;

/** A judge that does not tell right from wrong at all still has this difference. */
const minDifference = 0.05;
/** No class has only right or only wrong answers. */
const minChance = 0.01;

/**
 * Computes how good answers probably are: by the judge's grade, by how often the judge errs, and by how
 * good the answers of the same model to requests of the same class are.
 */
export function computeAnswerChances(
  { models, quality, costUsd }: AuditedRequests,
  classes: AnswerClasses,
  judge: JudgeGrades,
): AnswerChances {
  const width = models.length;
  // Of an answer that the judge calls right, and of one that it calls wrong.
  const ifCalledRight = new Float64Array(classes.grades.length);
  const ifCalledWrong = new Float64Array(classes.grades.length);
  classes.grades.forEach((grade, cell) => {
    const wrong = Math.min(1 - minDifference, at(judge.ofWrong, cell % width));
    const right = Math.max(wrong + minDifference, at(judge.ofRight, cell % width));
    const share = (grade - wrong) / (right - wrong);
    const chance = Math.min(1 - minChance, Math.max(minChance, share));
    const [byRight, byWrong] = [chance * right, (1 - chance) * wrong];
    ifCalledRight[cell] = byRight / (byRight + byWrong);
    const [notByRight, notByWrong] = [chance * (1 - right), (1 - chance) * (1 - wrong)];
    ifCalledWrong[cell] = notByRight / (notByRight + notByWrong);
  });
  return (row, one, model) => {
    const answer = row * width + model;
    const grade = at(quality, answer);
    // A refused call has quality 0 and no known cost. Nothing of it is for the judge to say.
    if (grade === 0 && Number.isNaN(at(costUsd, answer))) return 0;
    const cell = one * width + model;
    return grade * at(ifCalledRight, cell) + (1 - grade) * at(ifCalledWrong, cell);
  };
}

/** Computes the expected quality of every model's answers; row-major, requests x models. */
export function predictQuality(
  { models, quality, weights }: AuditedRequests,
  classes: AnswerClasses,
  chanceOf: AnswerChances,
): Float64Array {
  const width = models.length;
  const predicted = new Float64Array(quality.length);
  for (let row = 0; row < weights.length; row++) {
    for (let one = 0; one < classes.count; one++) {
      const share = at(classes.shares, row * classes.count + one);
      for (let model = 0; model < width; model++) {
        predicted[row * width + model]! += share * chanceOf(row, one, model);
      }
    }
  }
  return predicted;
}
