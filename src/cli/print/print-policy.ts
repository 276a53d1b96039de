import { relevantGain } from '../../learn/evaluate/verdict/compute-verdict.js';
import type { PolicyReport } from '../../policy/decide/apply-roster.js';
import type { Objective, Policy, Verdict } from '../../policy/file/policy.js';
import { formatBytes, formatCount, formatQuality } from '../../util/format-number.js';
import { escapeControls, print } from './print.js';

/** Prints where a policy was written and its digest. */
export function printPolicyFile({
  file,
  bytes,
  digest,
}: {
  readonly file: string;
  readonly bytes: number;
  readonly digest: string;
}): void {
  print(escapeControls(`Policy: ${file}, ${formatBytes(bytes)}`));
  print(`Digest: ${digest}`);
}

/** Prints each objective of a policy: what it optimizes, and whether it routes. */
export function printObjectives({
  objectives,
  defaultObjective,
}: Pick<Policy, 'objectives' | 'defaultObjective'>): void {
  print('Objectives:');
  for (const objective of objectives) {
    const mark = objective.name === defaultObjective ? ' (default)' : '';
    print(
      escapeControls(
        `  ${objective.name}${mark}: ${objective.description}; ${describeChoice(objective)}`,
      ),
    );
  }
}

function describeChoice({ constantModel, promise }: Objective): string {
  const choice = constantModel === undefined ? 'routes' : `always ${constantModel}`;
  if (promise === undefined) return choice;
  return `${choice}, ${promise === 'shown' ? 'shown' : 'NOT shown'} at 95 % confidence`;
}

/**
 * Prints what to do where routing does not pay: the model to use, and how many more examples would
 * detect a relevant gain.
 *
 * @param trainedPrompts prompts of the whole run, of which some were held out
 */
export function printAlternative(verdict: Verdict, trainedPrompts: number): void {
  const { bestConstant, promptsNeeded, heldOutPrompts } = verdict;
  if (bestConstant !== undefined) print(escapeControls(`Use ${bestConstant} for every prompt.`));
  if (promptsNeeded === undefined) {
    print('  Routing always chose that model, so more examples may not show a gain either.');
    return;
  }
  const gain = formatQuality(relevantGain);
  const missing = promptsNeeded - heldOutPrompts;
  if (missing <= 0) {
    print(`  A gain of ${gain} would have been detected with 80 % probability.`);
    return;
  }
  const more = Math.ceil((missing * trainedPrompts) / heldOutPrompts);
  print(
    `  About ${formatCount(more, 'more example')} would detect a gain of ${gain} with 80 % probability.`,
  );
}

/** What loading a policy reported about one of its models, as a sentence. */
export function describePolicyReport({ model, kind, ageDays }: PolicyReport): string {
  switch (kind) {
    case 'unknown_model':
      return `${model}: the policy does not know this model.`;
    case 'unavailable_model':
      return `${model}: not available, skipped.`;
    case 'stale_price':
      return `${model}: its price is ${formatCount(ageDays ?? 0, 'day')} old.`;
    case 'undated_price':
      return `${model}: its price has no valid date.`;
    case 'price_not_used':
      return `${model}: the policy holds charges and no tokens, so a new price changes nothing.`;
  }
}
