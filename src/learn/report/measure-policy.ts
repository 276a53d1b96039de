import type { Run } from '../../measure/outcomes/run.js';
import type { LoadedPolicy } from '../../policy/decide/load-policy.js';
import { createRandom, shuffle } from '../../util/random.js';
import { evaluatePolicy, type PolicyEvaluation } from '../evaluate/compare/evaluate-policy.js';
import { computeRobustness } from '../evaluate/diagnose/robustness.js';
import { isTrainedOn } from '../train/is-trained-on.js';
import { selectUniformData, type UniformData } from '../train/uniform-data.js';
import type { MeasuredPolicy } from './assemble-report.js';

/** Number of prompts to perturb; "routesmith robustness" uses more. */
const perturbedPrompts = 150;

/** Measures a policy on the prompts of a report: its robustness and, on new outcomes, its results. */
export function measurePolicy(
  loaded: LoadedPolicy,
  options: {
    /** The policy's file, or another name for it. */
    readonly name: string;
    readonly data: UniformData;
    /** All outcomes, with those of models that the data leaves out. */
    readonly run: Pick<Run, 'table' | 'recorded'>;
    /** Of the run's table. */
    readonly outcomesDigest: string;
    readonly seed: number;
  },
): MeasuredPolicy {
  const { name, data, run, outcomesDigest, seed } = options;
  const { table } = data;
  const isPolicyOfRun = loaded.policy.provenance.outcomesDigest === outcomesDigest;
  const isTrainingData = isPolicyOfRun || isTrainedOn(loaded.policy, run);
  const prompts = shuffle(
    table.prompts.map(({ prompt }) => prompt),
    createRandom(seed),
  ).slice(0, perturbedPrompts);
  return {
    file: name,
    loaded,
    isTrainingData,
    isPolicyOfRun,
    robustness: computeRobustness(loaded, prompts, { seed }),
    ...(!isTrainingData && { applied: evaluateUniformly(loaded, data, seed) }),
  };
}

function evaluateUniformly(
  loaded: LoadedPolicy,
  data: UniformData,
  seed: number,
): PolicyEvaluation {
  const { table, groups } = selectUniformData(data);
  return evaluatePolicy(loaded, table, { seed, groups });
}
