import { at, rowOf } from '../../util/numeric-arrays.js';
import { createRandom, type Random } from '../../util/random.js';
import type { AuditedRequests } from './audited-requests.js';
import {
  computeFigures,
  figureNames,
  mapFigures,
  selectAnswers,
  type FigureName,
} from './compute-figures.js';
import type { AnswerClasses } from './fit-answer-classes.js';
import type { AnswerChances } from './predict-quality.js';

/** So many sets of answers are drawn for each request. */
const draws = 32;

/**
 * Computes what to expect of every figure, over sets of right and wrong answers that are drawn as the
 * judge's grades make them probable: first the request's class, then each answer.
 */
export function predictFigures(
  requests: AuditedRequests,
  reference: number,
  { classes, chanceOf }: { readonly classes: AnswerClasses; readonly chanceOf: AnswerChances },
  seed: number,
): Readonly<Record<FigureName, Float64Array>> {
  const { models, weights } = requests;
  const width = models.length;
  const random = createRandom(seed);
  const expected = mapFigures(() => new Float64Array(weights.length));
  const quality = new Float64Array(width);
  for (let row = 0; row < weights.length; row++) {
    const answered = { ...selectAnswers(requests, row, reference), quality, repeats: undefined };
    for (let draw = 0; draw < draws; draw++) {
      const one = drawClass(rowOf(classes.shares, row, classes.count), random);
      for (let model = 0; model < width; model++) {
        quality[model] = random() < chanceOf(row, one, model) ? 1 : 0;
      }
      const figures = computeFigures(answered);
      for (const name of figureNames) expected[name][row]! += figures[name] / draws;
    }
  }
  return expected;
}

function drawClass(shares: Float64Array, random: Random): number {
  let left = random();
  for (let one = 0; one < shares.length - 1; one++) {
    left -= at(shares, one);
    if (left < 0) return one;
  }
  return shares.length - 1;
}
