import type { EffectivePrompts } from '../statistics/grouped-mean.js';
import { formatCount, formatWhole } from '../../../util/format-number.js';

/** How many folds were held out, one at a time, and of how many. */
export interface FoldCounts {
  readonly folds: number;
  /** Absent in evaluations of earlier versions, which may have held out only some of the folds. */
  readonly foldCount?: number;
}

/** How prompts were held out, at the beginning of a sentence of the terminal or the page. */
export function describeFolds({ folds, foldCount }: FoldCounts): string {
  if (foldCount !== undefined && folds < foldCount) {
    return `${folds} of ${foldCount} folds held out`;
  }
  if (folds < 2) return 'Held-out split';
  return foldCount === undefined ? `${folds} folds held out` : `${folds}-fold cross-validation`;
}

/** A number of prompts, with the effective one where that is far lower. */
export function describePrompts({
  prompts,
  effectivePrompts,
}: EffectivePrompts & { readonly prompts: number }): string {
  const all = formatCount(prompts, 'prompt');
  return effectivePrompts === undefined
    ? all
    : `${all} (effectively ${formatWhole(effectivePrompts)})`;
}
