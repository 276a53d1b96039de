import type { Objective } from '../../policy/file/policy.js';
import { joinNames } from '../../util/join-names.js';
import { quoteWord } from '../../util/quote-word.js';
import type { EvaluationOrigin, Report } from './report.js';

/** Objectives of a policy file that a report does not evaluate. */
export interface MissingObjectives {
  /** Their names in a sentence. */
  readonly names: string;
  /** What includes them, as `describeRemedy` says it. */
  readonly remedy: string | undefined;
}

/**
 * Finds the objectives of a policy file that an evaluation of its outcomes was not asked for. All
 * objectives are planned together, so without them those that both have can differ, too.
 *
 * @returns undefined if there are none
 */
export function findMissingObjectives({
  policy,
  evaluation,
  provenance,
}: {
  readonly policy: Pick<NonNullable<Report['policy']>, 'objectives' | 'isPolicyOfRun'> | null;
  readonly evaluation: { readonly objectives: readonly Objective[] };
  readonly provenance: Pick<Report['provenance'], 'evaluationOrigin'>;
}): MissingObjectives | undefined {
  if (policy?.isPolicyOfRun !== true) return undefined;
  const evaluated = new Set(evaluation.objectives.map(({ name }) => name));
  const missing = policy.objectives.map(({ name }) => name).filter((name) => !evaluated.has(name));
  if (missing.length === 0) return undefined;
  return {
    names: joinNames(missing),
    remedy: describeRemedy(missing, provenance.evaluationOrigin),
  };
}

/**
 * What to do on the command line to have a report evaluate these objectives, as a clause; undefined if a
 * name does not tell its option, or a program evaluated.
 */
export function describeRemedy(
  names: readonly string[],
  origin: EvaluationOrigin,
): string | undefined {
  const options = names.map(findObjectiveOption);
  if (origin === 'program' || options.includes(undefined)) return undefined;
  const given = options.join(' ');
  return origin === 'report'
    ? `add ${given}`
    : `evaluate the run again with ${given}, and give the report the new evaluation`;
}

const prefixes = [
  { prefix: 'keep-', option: '--keep-quality', unit: 0.01 },
  { prefix: 'max-cost-', option: '--max-cost-per-request', unit: 1 },
  { prefix: 'max-p95-', option: '--max-latency-p95', unit: 1 },
];

/** The option that asks for an objective of this name; undefined if the name does not tell. */
function findObjectiveOption(name: string): string | undefined {
  for (const { prefix, option, unit } of prefixes) {
    if (!name.startsWith(prefix)) continue;
    const value = Number(name.slice(prefix.length));
    if (value > 0) return `${option} ${quoteWord(String(Number((value * unit).toPrecision(12))))}`;
  }
  return undefined;
}
