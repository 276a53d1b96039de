import { formatCount } from '../../util/format-number.js';
import { printWrapped } from './print.js';

/** Prints how many prompts are left out of all figures because no model can take them. */
export function printPromptsWithoutModel(count: number): void {
  if (count === 0) return;
  printWrapped(
    `NO MODEL for ${formatCount(count, 'more prompt')}: by its capabilities and context window, none can take them. They are in none of these results.`,
    2,
    4,
  );
}
