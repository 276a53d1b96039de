import { formatCount } from '../../util/format-number.js';
import { printWrapped } from './print.js';

/** Prints how many prompts a policy has no model for at most. */
export function printPromptsWithoutModel(
  results: readonly { readonly promptsWithoutModel: number }[],
): void {
  const count = Math.max(0, ...results.map(({ promptsWithoutModel }) => promptsWithoutModel));
  if (count === 0) return;
  printWrapped(
    `NO MODEL for up to ${formatCount(count, 'prompt')}: by its capabilities and context window, none can take them. They are in no figure.`,
    2,
    4,
  );
}
