import type { PolicyEvaluation } from '../../learn/evaluate/compare/evaluate-policy.js';
import { formatCount } from './format-number.js';
import { printStrategies } from './print-evaluation.js';
import { printPolicyWarnings } from './policy-warnings.js';
import { describeSimulated, escapeControls, print, printJson } from './print.js';

/** Prints how a policy does on a run, and warns of all that makes the numbers less than they seem. */
export function printPolicyEvaluation(evaluation: PolicyEvaluation, json: boolean): void {
  printPolicyWarnings(evaluation);
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
