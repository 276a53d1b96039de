import { relevantGain } from '../../learn/evaluate/verdict/compute-verdict.js';
import type { Objective, Policy, Verdict } from '../../policy/file/policy.js';
import { formatCount, formatQuality } from './format-number.js';
import { escapeControls, print } from './print.js';

/** Prints what each objective of a policy asks for, what it does, and whether a promise is shown. */
export function printObjectives({
  objectives,
  defaultObjective,
}: Pick<Policy, 'objectives' | 'defaultObjective'>): void {
  print('Objectives:');
  for (const objective of objectives) {
    const mark = objective.name === defaultObjective ? ' (default)' : '';
    print(
      escapeControls(
        `  ${objective.name}${mark}: ${objective.description}; ${describeMeans(objective)}`,
      ),
    );
  }
}

function describeMeans({ constantModel, promise }: Objective): string {
  const means = constantModel === undefined ? 'routes' : `always ${constantModel}`;
  if (promise === undefined) return means;
  return promise === 'shown'
    ? `${means}, shown at 95 % confidence`
    : `${means}, NOT shown at 95 % confidence`;
}

/**
 * Prints what to do where routing does not pay: the model to use, and how many more tasks would find
 * a gain that matters.
 *
 * @param trainedPrompts prompts of the whole run, of which some were held out
 */
export function printAlternative(verdict: Verdict, trainedPrompts: number): void {
  const { bestConstant, promptsNeeded, heldOutPrompts } = verdict;
  if (bestConstant !== undefined) print(escapeControls(`Use ${bestConstant} for every prompt.`));
  if (promptsNeeded === undefined) {
    print('  How many tasks would show a gain is not known: routing chose that model throughout.');
    return;
  }
  const gain = formatQuality(relevantGain);
  const missing = promptsNeeded - heldOutPrompts;
  if (missing <= 0) {
    print(`  A gain of ${gain} would have been found with 80 % probability: there is hardly one.`);
    return;
  }
  const more = Math.ceil((missing * trainedPrompts) / heldOutPrompts);
  print(
    `  About ${formatCount(more, 'more task')} would find a gain of ${gain} with 80 % probability.`,
  );
}
