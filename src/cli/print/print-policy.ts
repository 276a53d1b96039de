import { relevantGain } from '../../learn/evaluate/verdict/compute-verdict.js';
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
