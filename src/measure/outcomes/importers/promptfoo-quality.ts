import {
  getMember,
  isJsonObject,
  listObjects,
  type JsonObject,
  type JsonValue,
} from '../../../util/json.js';
import { isComparison } from './promptfoo-grading.js';

/** The quality of a result, and whether assertions about cost or latency are part of it. */
export interface PromptfooQuality {
  /** Undefined if nothing but cost and latency was asserted with a weight. */
  readonly value: JsonValue | undefined;
  readonly budgets: 'none' | 'removed' | 'included';
  /** Why there is no value, if not for want of assertions. */
  readonly missing?: string;
}

const functionFailed = /^Scoring function error:/;

/**
 * The score of a result without its assertions about cost and latency, which would make a fast model
 * look like a good one. A score is a weighted mean; where the parts do not add up to the recorded
 * score (a scoring function made it), it stays as it is. promptfoo writes a score of 0 where no
 * assertion has a weight, or where the scoring function failed: these are no grades. A comparison of
 * outputs is the grade where nothing else is; else it only makes 0 of the score of those that lost.
 */
export function computePromptfooQuality(result: JsonObject): PromptfooQuality {
  const score = result['score'];
  const grading = result['gradingResult'];
  const test = result['testCase'];
  const reason = getMember(grading, 'reason');
  if (typeof reason === 'string' && functionFailed.test(reason)) {
    return { value: undefined, budgets: 'none', missing: 'the scoring function failed' };
  }
  const components = getMember(grading, 'componentResults');
  const parts = readParts(components, getMember(test, 'assert'));
  const comparisons = listComparisons(grading);
  const isWeighted =
    parts.some(({ weight }) => weight > 0) ||
    (listObjects(components).length === 0 && comparisons.length === 0);
  if (!isWeighted && !getMember(test, 'assertScoringFunction')) {
    if (comparisons.length > 0) return { value: Math.min(...comparisons), budgets: 'none' };
    if (score === 0) return { value: undefined, budgets: 'none' };
  }
  if (score === 0 && comparisons.includes(0)) return { value: 0, budgets: 'none' };
  if (!parts.some(holdsBudget)) return { value: score, budgets: 'none' };
  const isMean = typeof score === 'number' && isClose(computeMean(parts), score);
  if (!isMean || !parts.every(isConsistent)) return { value: score, budgets: 'included' };
  return { value: computeMean(parts.flatMap(removeBudgets)), budgets: 'removed' };
}

/** The scores of comparisons of outputs; early versions write a single one in place of the list. */
function listComparisons(grading: JsonValue | undefined): readonly number[] {
  const components = listObjects(getMember(grading, 'componentResults'));
  const all = components.length === 0 && isJsonObject(grading) ? [grading] : components;
  return all.flatMap(({ assertion, score }) =>
    isComparison(assertion) && typeof score === 'number' ? [score] : [],
  );
}

/** The test's assertions by the position of their results, where the results do not hold them. */
export function listPositional(asserted: JsonValue | undefined): readonly JsonObject[] {
  return listObjects(asserted).filter((assertion) => !isComparison(assertion));
}

/** An assertion, or a set of them. */
interface Part {
  readonly isBudget: boolean;
  readonly score: number;
  readonly weight: number;
  /** None for a single assertion. */
  readonly parts: readonly Part[];
}

/**
 * The assertions that count for the score, in the order of the test's; those of a set also follow it
 * in the list. Ones that only give a metric do not count.
 */
function readParts(results: JsonValue | undefined, asserted: JsonValue | undefined): Part[] {
  const parts: Part[] = [];
  const list = listObjects(results);
  const assertions = listPositional(asserted);
  let position = 0;
  for (let at = 0; at < list.length; at++) {
    const result = list[at] ?? {};
    if (isComparison(result['assertion'])) continue;
    const positional = assertions[position++];
    const assertion = isJsonObject(result['assertion']) ? result['assertion'] : positional;
    const nested = readParts(result['componentResults'], positional?.['assert']);
    const { type, weight, metricOnly: isMetricOnly } = assertion ?? {};
    const part = {
      isBudget: type === 'cost' || type === 'latency',
      score: typeof result['score'] === 'number' ? result['score'] : NaN,
      weight: typeof weight === 'number' ? weight : 1,
      parts: nested,
    };
    if (isMetricOnly !== true) parts.push(part);
    const repeated = listObjects(result['componentResults']).length;
    if (repeated > 0 && repeatsNested(list, at)) at += repeated;
  }
  return parts;
}

/** Whether the parts of a set also follow it in the list. */
export function repeatsNested(list: readonly JsonObject[], at: number): boolean {
  const nested = listObjects(list[at]?.['componentResults']);
  return nested.every(({ reason, score }, index) => {
    const next = list[at + 1 + index];
    return next?.['reason'] === reason && next?.['score'] === score;
  });
}

function holdsBudget({ isBudget, parts }: Part): boolean {
  return isBudget || parts.some(holdsBudget);
}

/** Whether the score of a set is the mean of its parts, if it matters. */
function isConsistent(part: Part): boolean {
  if (part.parts.length === 0 || !holdsBudget(part)) return true;
  return isClose(computeMean(part.parts), part.score) && part.parts.every(isConsistent);
}

function removeBudgets(part: Part): readonly Part[] {
  if (part.isBudget) return [];
  if (!holdsBudget(part)) return [part];
  const parts = part.parts.flatMap(removeBudgets);
  const score = computeMean(parts);
  return score === undefined ? [] : [{ ...part, parts, score }];
}

/** The weighted mean; undefined if nothing has a weight. */
function computeMean(parts: readonly Part[]): number | undefined {
  const weight = parts.reduce((sum, part) => sum + part.weight, 0);
  if (!(weight > 0)) return undefined;
  return parts.reduce((sum, part) => sum + part.score * part.weight, 0) / weight;
}

export function isClose(a: number | undefined, b: number): boolean {
  return a !== undefined && Math.abs(a - b) < 1e-6;
}
