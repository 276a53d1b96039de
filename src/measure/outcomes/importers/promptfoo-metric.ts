import {
  getMember,
  isJsonObject,
  listObjects,
  type JsonObject,
  type JsonValue,
} from '../../../util/json.js';
import { isComparison } from './promptfoo-grading.js';
import {
  isClose,
  listPositional,
  repeatsNested,
  type PromptfooQuality,
} from './promptfoo-quality.js';

const unclearSum = 'the metric is a sum, and the file does not tell of how many assertions';

/**
 * A named metric of a result. Newer versions of promptfoo record the weighted mean of the metric's
 * assertions and the sum of their weights. Earlier ones record the sum of the scores, which is divided
 * here by the number of assertions; it is unknown where they cannot be counted.
 */
export function readPromptfooMetric(result: JsonObject, metric: string): PromptfooQuality {
  const grading = result['gradingResult'];
  const scores = result['namedScores'] ?? getMember(grading, 'namedScores');
  const recorded = getMember(scores, metric);
  const weight = getMember(getMember(grading, 'namedScoreWeights'), metric);
  if (typeof weight === 'number') {
    // promptfoo records 0 where nothing has a weight.
    return { value: weight > 0 ? recorded : undefined, budgets: 'none' };
  }
  if (typeof recorded !== 'number') return { value: recorded, budgets: 'none' };
  const mean = divideSum(recorded, result, metric);
  return mean === undefined
    ? { value: undefined, budgets: 'none', missing: unclearSum }
    : { value: mean, budgets: 'none' };
}

function divideSum(recorded: number, result: JsonObject, metric: string): number | undefined {
  const { grades, isComplete } = listGrades(
    listObjects(getMember(result['gradingResult'], 'componentResults')),
    listPositional(getMember(result['testCase'], 'assert')),
    { metric, vars: result['vars'] ?? getMember(result['testCase'], 'vars') },
  );
  const sum = grades.reduce((total, grade) => total + grade, 0);
  const mean = grades.length === 0 ? undefined : sum / grades.length;
  if (mean !== undefined && (isClose(sum, recorded) || isClose(mean, recorded))) return mean;
  // Nothing was added up: a function gave the metric.
  return grades.length <= 1 && isComplete ? recorded : undefined;
}

interface Wanted {
  readonly metric: string;
  readonly vars: JsonValue | undefined;
}

interface MetricGrades {
  readonly grades: readonly number[];
  /** False where further assertions may be of the metric. */
  readonly isComplete: boolean;
}

/** The scores that promptfoo added up, in the order of the test's assertions. */
function listGrades(
  results: readonly JsonObject[],
  assertions: readonly JsonObject[],
  wanted: Wanted,
): MetricGrades {
  const grades: number[] = [];
  let isComplete = results.length > 0 || !holdsTwice(assertions, wanted);
  let position = 0;
  for (let at = 0; at < results.length; at++) {
    const result = results[at] ?? {};
    if (isComparison(result['assertion'])) continue;
    const positional = assertions[position++];
    const assertion = isJsonObject(result['assertion']) ? result['assertion'] : positional;
    const nested = listObjects(result['componentResults']);
    const rendered = renderName(assertion?.['metric'], wanted.vars);
    const own = getMember(result['namedScores'], wanted.metric);
    if (rendered === undefined) isComplete = false;
    if (rendered === wanted.metric) {
      if (typeof result['score'] === 'number') grades.push(result['score']);
      else isComplete = false;
    } else if (typeof own === 'number') {
      const inner = listGrades(nested, listPositional(positional?.['assert']), wanted);
      grades.push(...(inner.grades.length === 0 ? [own] : inner.grades));
      isComplete &&= inner.isComplete;
    }
    if (nested.length > 0 && repeatsNested(results, at)) at += nested.length;
  }
  return { grades, isComplete };
}

/** Whether more than one assertion of a test is, or may be, of the metric. */
function holdsTwice(assertions: readonly JsonObject[], { metric, vars }: Wanted): boolean {
  const all = assertions.flatMap((one) => [one, ...listObjects(one['assert'])]);
  const names = all.map((assertion) => renderName(assertion['metric'], vars));
  return names.filter((name) => name === undefined || name === metric).length > 1;
}

/** A metric's name, which may hold variables of the test; undefined where it cannot be told. */
function renderName(name: JsonValue | undefined, vars: JsonValue | undefined): string | undefined {
  if (typeof name !== 'string') return '';
  const rendered = name.replace(/\{\{\s*(\w+)\s*\}\}/g, (template, variable: string) => {
    const value = getMember(vars, variable);
    return typeof value === 'string' || typeof value === 'number' ? String(value) : template;
  });
  return /\{[{%]/.test(rendered) ? undefined : rendered;
}
