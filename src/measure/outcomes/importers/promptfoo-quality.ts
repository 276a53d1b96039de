import { getMember, listObjects, type JsonObject, type JsonValue } from '../../../util/json.js';

/** The quality of a result, and whether assertions about cost or latency are part of it. */
export interface PromptfooQuality {
  /** Undefined if only cost and latency were asserted. */
  readonly value: JsonValue | undefined;
  readonly budgets: 'none' | 'removed' | 'included';
}

/**
 * The score of a result without its assertions about cost and latency, which would make a fast model
 * look like a good one. A score is a weighted mean; where the parts do not add up to the recorded
 * score (a scoring function made it), it stays as it is.
 */
export function computePromptfooQuality(result: JsonObject): PromptfooQuality {
  const score = result['score'];
  const parts = readParts(
    getMember(result['gradingResult'], 'componentResults'),
    getMember(result['testCase'], 'assert'),
  );
  if (!parts.some(holdsBudget)) return { value: score, budgets: 'none' };
  const isMean = typeof score === 'number' && isClose(computeMean(parts), score);
  if (!isMean || !parts.every(isConsistent)) return { value: score, budgets: 'included' };
  return { value: computeMean(parts.flatMap(removeBudgets)), budgets: 'removed' };
}

/** An assertion, or a set of them. */
interface Part {
  readonly isBudget: boolean;
  readonly score: number;
  readonly weight: number;
  /** None for a single assertion. */
  readonly parts: readonly Part[];
}

/** The results are in the order of the test's assertions; those of a set also follow it in the list. */
function readParts(results: JsonValue | undefined, asserted: JsonValue | undefined): Part[] {
  const parts: Part[] = [];
  const list = listObjects(results);
  const assertions = listObjects(asserted);
  for (let at = 0; at < list.length; at++) {
    const result = list[at] ?? {};
    const assertion = assertions[parts.length];
    const nested = readParts(result['componentResults'], assertion?.['assert']);
    const type = getMember(result['assertion'], 'type');
    const weight = getMember(result['assertion'], 'weight') ?? assertion?.['weight'];
    parts.push({
      isBudget: type === 'cost' || type === 'latency',
      score: typeof result['score'] === 'number' ? result['score'] : NaN,
      weight: typeof weight === 'number' ? weight : 1,
      parts: nested,
    });
    if (nested.length > 0 && repeatsNested(list, at)) at += nested.length;
  }
  return parts;
}

function repeatsNested(list: readonly JsonObject[], at: number): boolean {
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

function isClose(a: number | undefined, b: number): boolean {
  return a !== undefined && Math.abs(a - b) < 1e-6;
}
