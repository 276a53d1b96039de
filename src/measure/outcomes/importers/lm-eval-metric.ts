import { basename } from 'node:path';
import type { JsonObject, JsonValue } from '../../../util/json.js';

/** What the samples of a file were graded by, and which of it is read. */
export interface LmEvalGrading {
  readonly metric: string;
  readonly otherMetrics: readonly string[];
  /** Undefined where samples do not name their filter. */
  readonly filter: string | undefined;
  readonly otherFilters: readonly string[];
  /** Whether the likelihoods of given answers were compared, and no answer was generated. */
  readonly byLikelihood: boolean;
}

/** The metric and the filter that the user named, if any. */
export interface WantedGrading {
  readonly metric: string | undefined;
  readonly filter: string | undefined;
}

/** Members of a sample that are no metrics. */
const fixedMembers: ReadonlySet<string> = new Set([
  'doc_id',
  'doc',
  'target',
  'arguments',
  'resps',
  'filtered_resps',
  'filter',
  'metrics',
  'doc_hash',
  'prompt_hash',
  'target_hash',
]);

/**
 * Chooses the first metric that grades single samples and of which more is better, and the first
 * filter. Early versions do not list the metrics: then they are the members that hold numbers.
 *
 * @param losses metrics of which less is better
 */
export function chooseLmEvalGrading(
  samples: readonly JsonObject[],
  wanted: WantedGrading,
  losses: ReadonlySet<string>,
): LmEvalGrading {
  const listed = new Set(samples.flatMap((sample) => listTexts(sample['metrics'])));
  const found = new Set(samples.flatMap(findMetrics));
  const metrics = [...(listed.size > 0 ? listed : found)];
  const grades = metrics.filter(
    (name) => name !== 'bypass' && !losses.has(name) && samples.some((one) => isGrade(one[name])),
  );
  const metric = wanted.metric ?? grades[0] ?? metrics[0] ?? 'acc';
  const filters = [...new Set(samples.flatMap((sample) => listTexts([sample['filter'] ?? null])))];
  const filter = wanted.filter ?? filters[0];
  return {
    metric,
    otherMetrics: grades.filter((name) => name !== metric),
    filter,
    otherFilters: filters.filter((name) => name !== filter),
    byLikelihood: samples.some(({ resps }) => isLikelihood(resps)),
  };
}

/** A sentence about what is read of a file. */
export function describeLmEvalFile(file: string, model: string, grading: LmEvalGrading): string {
  const { metric, otherMetrics, filter, otherFilters, byLikelihood } = grading;
  const others = (names: readonly string[], field: string): string =>
    names.length === 0 ? '' : ` (also there: ${names.join(', ')}; --map ${field}=NAME)`;
  return (
    `${basename(file)}: model ${model}, quality ${metric}${others(otherMetrics, 'quality')}` +
    (otherFilters.length === 0 ? '' : `, filter ${filter}${others(otherFilters, 'filter')}`) +
    (byLikelihood ? ', by the likelihoods of given answers: no answer was generated' : '')
  );
}

function findMetrics(sample: JsonObject): readonly string[] {
  return Object.keys(sample).filter((name) => !fixedMembers.has(name) && isGrade(sample[name]));
}

/** Metrics of a whole file, such as f1 or bleu, have what they are computed from in each sample. */
export function isGrade(value: JsonValue | undefined): value is number | boolean {
  return typeof value === 'number' || typeof value === 'boolean';
}

/** True for `[[[-1.5, false]], ...]`, whose numbers newer versions write as texts. */
function isLikelihood(responses: JsonValue | undefined): boolean {
  const [first, isGreedy] = asList(asList(asList(responses)[0])[0]);
  const isNumber = typeof first === 'number' || (typeof first === 'string' && /^-?\d/.test(first));
  return isNumber && /^(true|false)$/i.test(String(isGreedy));
}

/** The elements of a list; none of anything else. */
export function asList(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? (value as readonly JsonValue[]) : [];
}

function listTexts(value: JsonValue | undefined): readonly string[] {
  return asList(value).filter((item): item is string => typeof item === 'string');
}
