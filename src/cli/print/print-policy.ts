import type { Delivery } from '../../learn/evaluate/delivery/compute-delivery.js';
import { countBeyond } from '../../learn/evaluate/verdict/compute-advice.js';
import { describeConstant, shownText } from '../../learn/evaluate/verdict/describe-advice.js';
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
  delivery,
}: Pick<Policy, 'objectives' | 'defaultObjective'> & {
  readonly delivery: Delivery | null;
}): void {
  print('Objectives:');
  for (const objective of objectives) {
    const mark = objective.name === defaultObjective ? ' (default)' : '';
    const text = `${objective.name}${mark}: ${objective.description}; ${describeChoice(objective, delivery)}`;
    printWrapped(text, 2, 4);
  }
  if (objectives.some(({ promise }) => promise === 'shown')) {
    printWrapped(`${shownText} ${rangesText}`, 2);
  }
}

const rangesText =
  'The ranges of what the file delivers are two-sided and allow for its own fit, so that they can reach beyond ' +
  'the promise.';

function describeChoice(
  { name, constantModel, promise }: Objective,
  delivery: Delivery | null,
): string {
  const model = constantModel ?? null;
  const beyond = countBeyond(delivery?.objectives, name, model);
  const choice = model === null ? 'routes' : describeConstant(model, beyond);
  if (promise === undefined) return choice;
  return `${choice}, ${promise === 'shown' ? 'shown' : 'NOT shown'} at 95 % confidence`;
}
