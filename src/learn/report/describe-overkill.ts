import type { UndecidedModel } from '../evaluate/diagnose/cheaper-model.js';
import { describePrompts } from '../evaluate/verdict/describe-folds.js';
import type { OverkillTask } from '../evaluate/diagnose/overkill.js';
import { formatQuality, formatWhole } from '../../util/format-number.js';
import { joinNames } from '../../util/join-names.js';

/** What was found about the candidate of a task, and what would show it not to be worse. */
export function describeFinding(found: OverkillTask): string {
  const { finding, needs } = splitFinding(found);
  return needs === null ? finding : `${finding}; ${needs}`;
}

/** The same in two parts; `needs` is null where there is nothing to say. */
export function splitFinding({
  finding,
  cheaper,
  candidate,
  promptsNeeded,
  undecided,
  quality,
  costUsd,
}: OverkillTask): {
  readonly finding: string;
  readonly needs: string | null;
} {
  switch (finding) {
    case 'overkill':
      return { finding: 'not worse', needs: null };
    case 'not_shown': {
      if (undecided.length > 0) return { finding: describeUndecided(undecided), needs: null };
      const ways = [
        ...(promptsNeeded === null ? [] : [`about ${formatWhole(roundUp(promptsNeeded))} prompts`]),
        ...describeMargin(candidate?.passingMargin),
      ];
      const parts = [
        ...(cheaper === null ? ['was worse by more than the margin, perhaps by chance'] : []),
        ...(ways.length === 0 ? [] : [`needs ${ways.join(', or ')}`]),
      ];
      return { finding: 'not shown', needs: parts.length === 0 ? null : parts.join('; ') };
    }
    case 'needed': {
      const [margin] = describeMargin(candidate?.passingMargin);
      return { finding: 'was worse', needs: margin === undefined ? null : `needs ${margin}` };
    }
    case 'cheapest':
      return { finding: 'already the cheapest', needs: null };
    case 'unknown':
      return {
        finding:
          undecided.length > 0 ? describeUndecided(undecided) : describeUnknown(quality, costUsd),
        needs: null,
      };
  }
}

/** What is not known of the model in use. */
function describeUnknown(quality: number | null, costUsd: number | null): string {
  if (quality === null) return costUsd === null ? 'quality and cost unknown' : 'quality unknown';
  return 'cost unknown';
}

/** Which models may do, and what is not known of them. */
function describeUndecided(undecided: readonly UndecidedModel[]): string {
  const list = (unknown: UndecidedModel['unknown']): string[] =>
    undecided.flatMap((one) => (one.unknown === unknown ? [one.model] : []));
  const chance = list('chance');
  const parts = [
    ...(chance.length === 0
      ? []
      : [`too few prompts to tell if ${joinNames(chance, 'or')} costs less`]),
    ...(['cost', 'quality'] as const).flatMap((what) => {
      const models = list(what);
      return models.length === 0 ? [] : [`${what} of ${joinNames(models)} unknown`];
    }),
  ];
  return parts.join('; ');
}

/** The prompts that both models have a grade of, and of how many where the candidate lacks some. */
export function describeCompared(
  found: OverkillTask,
  describeAll: (found: OverkillTask) => string = describePrompts,
): string {
  const { prompts, candidate } = found;
  const all = describeAll(found);
  if (candidate === null || candidate.prompts === prompts) return all;
  return `${formatWhole(candidate.prompts)} of ${all}`;
}

/** The margin that would pass, rounded up so that it does. */
function describeMargin(margin: number | null | undefined): string[] {
  if (margin === null || margin === undefined) return [];
  return [`a margin of ${formatQuality(Math.ceil(1000 * margin) / 1000)}`];
}

/** Rounds up to two digits, which are enough for an estimate. */
function roundUp(count: number): number {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(count)) - 1);
  return Math.ceil(count / unit) * unit;
}
