import type { z } from 'zod';
import type { Objective } from '../../policy/file/policy.js';
import { chooseDefaultObjective, computeAdvice } from '../evaluate/verdict/compute-advice.js';
import { listObjectiveFigures } from '../evaluate/verdict/compare-objectives.js';
import { RoutesmithError } from '../../util/errors.js';
import { quoteWord } from '../../util/quote-word.js';
import { evaluationSchema } from './evaluation-schema.js';
import { readCommandOutput } from './read-command-output.js';
import type { ReportedEvaluation } from './report.js';

type ParsedEvaluation = z.output<typeof evaluationSchema>;

export type FiledEvaluation = ReportedEvaluation & Pick<ParsedEvaluation, 'source'>;

/**
 * Reads the output of `evaluate --json` and checks that it belongs to the given outcomes.
 *
 * @param expected the run's digest, and the requested baseline
 * @throws RoutesmithError `invalid_input` for a damaged file, other outcomes or another baseline
 */
export async function readEvaluationFile(
  file: string,
  expected: { readonly outcomesDigest: string; readonly baseline: string | undefined },
): Promise<FiledEvaluation> {
  const evaluation = await readCommandOutput(file, evaluationSchema, {
    what: 'an evaluation',
    fix: 'Write it with "routesmith evaluate RUN --json", without --policy.',
  });
  const { outcomesDigest, baseline } = evaluation.source;
  if (outcomesDigest !== expected.outcomesDigest) {
    throw new RoutesmithError('invalid_input', 'this evaluation belongs to other outcomes', {
      where: file,
      fix: `Evaluate the run again. Its digest is ${expected.outcomesDigest.slice(0, 12)}…, but the file has ${outcomesDigest.slice(0, 12)}….`,
    });
  }
  if (expected.baseline !== undefined && expected.baseline !== baseline) {
    const made =
      baseline === null ? 'without --baseline' : `with --baseline ${quoteWord(baseline)}`;
    throw new RoutesmithError('invalid_input', `the evaluation was made ${made}`, {
      where: file,
      fix: `Evaluate the run again with --baseline ${quoteWord(expected.baseline)}.`,
    });
  }
  return addConclusion(evaluation);
}

/**
 * What an evaluation of an earlier version does not say: such a file does not know which single
 * model the policy uses, so the best one stands for it.
 */
function addConclusion(evaluation: ParsedEvaluation): FiledEvaluation {
  const { verdict, models, prompts, source } = evaluation;
  const baseline = evaluation.baseline ?? source.baseline ?? models[0]?.model ?? '';
  const objectives =
    evaluation.objectives ??
    verdict.evidence.map(({ objective, routes }): Objective => ({
      name: objective,
      description: '',
      costWeightPerUsd: 0,
      latencyWeightPerSecond: 0,
      margin: 0,
      constantModel: routes ? undefined : baseline,
    }));
  const figures = listObjectiveFigures(evaluation.delivery, verdict);
  const defaultObjective = chooseDefaultObjective(objectives, undefined, figures);
  const advice =
    evaluation.advice ??
    computeAdvice({
      verdict,
      objectives,
      defaultObjective,
      prompts,
      promptsForSwitching: Infinity,
    });
  return { ...evaluation, baseline, objectives, advice };
}
