import { describePrompts } from '../../learn/evaluate/verdict/describe-folds.js';
import type { PolicyOnTable } from '../../learn/evaluate/compare/evaluate-policy.js';
import type { PolicyEvaluation } from '../../learn/evaluate/compare/evaluate-policy.js';
import { formatCount } from '../../util/format-number.js';
import { printStrategies } from './print-evaluation.js';
import { printPromptsWithoutModel } from './print-without-model.js';
import {
  describeSimulated,
  escapeControls,
  print,
  printJson,
  printNotice,
  printWarning,
} from './print.js';

/** Prints how a policy does on a run, and warns of what limits the numbers. */
export function printPolicyEvaluation(evaluation: PolicyEvaluation, json: boolean): void {
  evaluation.leftOut.forEach(printWarning);
  printPolicyWarnings(evaluation);
  if (json) {
    printJson(evaluation);
    return;
  }
  if (evaluation.simulated) print(describeSimulated());
  print(`Policy ${evaluation.policyDigest}`);
  print(
    escapeControls(
      `on ${describePrompts(evaluation)}; the best single model here is ${evaluation.bestSingle}.`,
    ),
  );
  printPromptsWithoutModel(evaluation.promptsWithoutModel);
  printPromptsWithoutOutcome(evaluation.promptsWithoutOutcome);
  print();
  printStrategies(evaluation);
}

/** Prints how many prompts are in no figure because no compared model has an outcome. */
export function printPromptsWithoutOutcome(count: number): void {
  if (count > 0)
    print(`  Left out: ${formatCount(count, 'prompt')} without an outcome of a compared model.`);
}

/**
 * Warns of what limits the numbers of a policy on a run.
 *
 * @param name the policy, as the subject of a sentence
 */
export function printPolicyWarnings(
  { isTrainingData, modelsWithoutOutcomes, modelsUnknownToPolicy }: PolicyOnTable,
  name = 'this policy',
): void {
  if (isTrainingData) {
    printWarning(
      `${name} was trained on these outcomes, so the numbers below are not for new prompts. Run "routesmith evaluate RUN" without --policy to measure on held-out prompts.`,
    );
  } else {
    printNotice(
      `${name} may have been trained on some or all of these prompts, so that its numbers look too good: a policy file keeps no prompts to compare with.`,
    );
  }
  if (modelsWithoutOutcomes.length > 0) {
    printWarning(
      `the run has no comparable outcomes of ${modelsWithoutOutcomes.join(', ')}, which ${name} cannot choose here.`,
    );
  }
  if (modelsUnknownToPolicy.length > 0) {
    printWarning(`${name} does not know ${modelsUnknownToPolicy.join(', ')}.`);
  }
}
