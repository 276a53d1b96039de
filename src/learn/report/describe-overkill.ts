import type { OverkillTask } from '../evaluate/diagnose/overkill.js';
import { formatQuality, formatWhole } from '../../util/format-number.js';

/** Above this number, collecting more prompts is not a realistic way to decide. */
const maxUsefulPrompts = 20_000;

/** What was found about the candidate of a task, and what would show it not to be worse. */
export function describeFinding({ finding, candidate, promptsNeeded }: OverkillTask): string {
  switch (finding) {
    case 'overkill':
      return 'not worse';
    case 'not_shown': {
      if (candidate === null) return 'too few prompts to tell';
      const ways = [
        ...(promptsNeeded !== null && promptsNeeded <= maxUsefulPrompts
          ? [`about ${formatWhole(roundUp(promptsNeeded))} prompts`]
          : []),
        ...describeMargin(candidate.passingMargin),
      ];
      return ways.length === 0 ? 'not shown' : `not shown; needs ${ways.join(', or ')}`;
    }
    case 'needed':
      return ['was worse', ...describeMargin(candidate?.passingMargin)].join('; within ');
    case 'cheapest':
      return 'already the cheapest';
    case 'unknown':
      return 'quality or cost unknown';
  }
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
