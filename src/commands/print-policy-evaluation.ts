import type { PolicyEvaluation } from '../evaluate/evaluate-policy.js';
import { formatCount } from './format-number.js';
import { printStrategies } from './print-evaluation.js';
import {
  describeSimulated,
  escapeControls,
  print,
  printJson,
  printNotice,
  style,
} from './print.js';

/** Prints how a policy does on a run, and warns of all that makes the numbers less than they seem. */
export function printPolicyEvaluation(evaluation: PolicyEvaluation, json: boolean): void {
  for (const warning of findWarnings(evaluation)) {
    printNotice(style(['bold', 'red'], escapeControls(`WARNING: ${warning}`), process.stderr));
  }
  if (json) {
    printJson(evaluation);
    return;
  }
  if (evaluation.simulated) print(describeSimulated());
  print(`Policy ${evaluation.policyDigest}`);
  print(
    escapeControls(
      `on ${formatCount(evaluation.prompts, 'prompt')}; the best single model here is ${evaluation.bestSingle}.`,
    ),
  );
  print();
  printStrategies(evaluation);
}

function findWarnings(evaluation: PolicyEvaluation): string[] {
  const { isTrainingData, modelsWithoutOutcomes, modelsUnknownToPolicy } = evaluation;
  const warnings: string[] = [];
  if (isTrainingData) {
    warnings.push(
      'this policy was trained on exactly these outcomes. The numbers below flatter it; "routesmith evaluate RUN" without --policy gives honest ones.',
    );
  }
  if (modelsWithoutOutcomes.length > 0) {
    warnings.push(
      `the run has no outcomes of ${modelsWithoutOutcomes.join(', ')}: the policy was told not to use them.`,
    );
  }
  if (modelsUnknownToPolicy.length > 0) {
    warnings.push(`the policy does not know ${modelsUnknownToPolicy.join(', ')}.`);
  }
  return warnings;
}
