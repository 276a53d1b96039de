import type { PolicyReport } from '../../policy/decide/apply-roster.js';
import type { PolicyOnTable } from '../../learn/evaluate/compare/evaluate-policy.js';
import { escapeControls, printNotice, style } from './print.js';

/** Prints a warning that cannot be overlooked to standard error. */
export function printWarning(text: string): void {
  printNotice(style(['bold', 'red'], escapeControls(`WARNING: ${text}`), process.stderr));
}

/**
 * Warns of all that makes numbers of a policy on a run less than they seem.
 *
 * @param name the policy in words, to begin a sentence with
 */
export function printPolicyWarnings(
  { isTrainingData, modelsWithoutOutcomes, modelsUnknownToPolicy }: PolicyOnTable,
  name = 'this policy',
): void {
  if (isTrainingData) {
    printWarning(
      `${name} was trained on exactly these outcomes. The numbers below are not of new prompts; "routesmith evaluate RUN" without --policy holds prompts out.`,
    );
  } else {
    printNotice(
      `Whether ${name} has seen some of these prompts in training cannot be told: a policy keeps no prompts.`,
    );
  }
  if (modelsWithoutOutcomes.length > 0) {
    printWarning(
      `the run has no outcomes of ${modelsWithoutOutcomes.join(', ')}: ${name} was told not to use them.`,
    );
  }
  if (modelsUnknownToPolicy.length > 0) {
    printWarning(`${name} does not know ${modelsUnknownToPolicy.join(', ')}.`);
  }
}

/** What a loaded policy reports about the user's roster, as a sentence. */
export function describeReport({ model, kind, ageDays }: PolicyReport): string {
  switch (kind) {
    case 'unknown_model':
      return `${model}: the policy does not know this model.`;
    case 'unavailable_model':
      return `${model}: left out.`;
    case 'stale_price':
      return `${model}: its price is ${ageDays} days old.`;
    case 'undated_price':
      return `${model}: its price has no readable date.`;
    case 'price_not_used':
      return `${model}: the policy holds charges and no tokens, so another price changes nothing.`;
  }
}
