import type { Objective, Policy } from '../../policy/file/policy.js';
import { formatBytes } from '../../util/format-number.js';
import { escapeControls, print, printWrapped } from './print.js';

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
    const text = `${objective.name}${mark}: ${objective.description}; ${describeChoice(objective)}`;
    printWrapped(text, 2, 4);
  }
  if (objectives.some(({ promise }) => promise === 'shown')) printWrapped(shownText, 2);
}

const shownText =
  'Shown: on the held-out prompts, by a one-sided bound. The ranges of what the file delivers are two-sided ' +
  'and allow for its own fit, so that they can reach beyond the promise.';

function describeChoice({ constantModel, promise }: Objective): string {
  const choice = constantModel === undefined ? 'routes' : `always ${constantModel}`;
  if (promise === undefined) return choice;
  return `${choice}, ${promise === 'shown' ? 'shown' : 'NOT shown'} at 95 % confidence`;
}
