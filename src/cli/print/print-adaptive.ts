import type { AdaptiveRecord } from '../../learn/adaptive/adaptive-record.js';
import {
  countsSavings,
  describeEnding,
  describeWorth,
} from '../../learn/adaptive/describe-ending.js';
import { decisiveEvidence } from '../../learn/adaptive/e-process.js';
import type { HoldOutEvidence } from '../../learn/adaptive/hold-out-evidence.js';
import type { AdaptiveState } from '../../learn/adaptive/find-ending.js';
import type { AdaptiveEstimate } from '../../learn/adaptive/estimate-adaptive.js';
import {
  formatCostPerThousand,
  formatCount,
  formatGainPoints,
  formatPercent,
  formatRange,
  formatUsd,
  formatWhole,
} from '../../util/format-number.js';
import { escapeControls, print, printStyled, printWrapped } from './print.js';

/**
 * One line about what a sweep has learned so far.
 *
 * @param maxLearningCells the cells that are allowed to learn. @default no limit
 */
export function describeState(state: AdaptiveState, maxLearningCells?: number): string {
  const { rounds, learningCells, holdOutCells, evidence } = state;
  const left =
    maxLearningCells === undefined
      ? ''
      : ` (${formatWhole(Math.max(0, maxLearningCells - learningCells))} left)`;
  const cells = `${formatWhole(learningCells)} cells to learn${left}, ${formatWhole(holdOutCells)} for the verdict`;
  return `Round ${rounds}: ${cells}; ${describeGain(evidence)}.`;
}

/**
 * Prints how an adaptive sweep ended, on what evidence, and what going on would cost.
 *
 * @param isJudged whether a judge, whose cost is not foreseen, grades answers
 */
export function printAdaptive(record: AdaptiveRecord, isJudged: boolean): void {
  const { cells, ending, evidence } = record;
  print();
  const why = describeEnding(record);
  printStyled('bold', why === undefined ? stopped : `Ended: ${why}.`);
  const share = (cells.learning + cells.heldOut) / Math.max(1, cells.all);
  printWrapped(
    `${formatCount(cells.learning, 'answer')} ${cells.learning === 1 ? 'was' : 'were'} bought to learn and ${formatWhole(cells.heldOut)} for ` +
      `the verdict: ${formatPercent(share)} of the ${formatWhole(cells.all)} of a full sweep.${describeKept(cells)}`,
  );
  if (record.stoppedModels.length > 0) {
    printWrapped(
      `Not in the verdict, because calls to it had to stop: ${record.stoppedModels.map(escapeControls).join(', ')}.`,
    );
  }
  const neverHeldOut = describeNeverHeldOut(record.neverHeldOutPrompts);
  if (neverHeldOut !== undefined) printWrapped(neverHeldOut);
  if (evidence !== null) {
    printWrapped(`${describeGain(evidence)}.`);
    const costs = describeCosts(evidence);
    if (costs !== undefined) printWrapped(costs);
    if (evidence.gain !== null && ending === 'routing_pays') {
      printWrapped(
        'A sweep ends when its gain looks large, so this one is too high on average, and the interval ' +
          'covers less than 95 %. The evidence stays valid.',
      );
    }
    printWrapped(
      `Evidence, valid however often it is looked at (${decisiveEvidence} is decisive): ${formatEvidence(evidence.gainEvidence)} ` +
        `that routing gains over each model in play, ${formatEvidence(evidence.futilityEvidence)} that it ` +
        `gains ${describeWorth(record)}.`,
    );
  }
  printGoingOn(record, isJudged);
}

/** Says how many answers the sweep did not have to buy; nothing where it bought all. */
function describeKept({ kept }: AdaptiveRecord['cells']): string {
  if (kept === 0) return '';
  return ` The folder has ${formatCount(kept, 'more answer')}, from other sweeps.`;
}

/** Says that the held-out prompts do not stand for all; undefined where they do. */
export function describeNeverHeldOut(prompts: number): string | undefined {
  if (prompts === 0) return undefined;
  return (
    `${formatCount(prompts, 'prompt')} could not be held out, since they have more near-duplicates than ` +
    'are held out in all: the verdict is about the other prompts.'
  );
}

function printGoingOn(record: AdaptiveRecord, isJudged: boolean): void {
  const { cells, remaining, nextRoundCells, leftUsd, ending } = record;
  const left = cells.all - cells.learning - cells.heldOut - cells.kept;
  if (left <= 0 || remaining === null) return;
  const price = (calls: number): string =>
    leftUsd === null
      ? ''
      : `, about ${formatUsd((calls / left) * leftUsd)}${isJudged ? ' without judging' : ''}`;
  // Some of a round's cells may have an answer in the folder.
  const atMost = cells.kept > 0 ? 'at most ' : '';
  const next = Math.min(left, nextRoundCells);
  const hint =
    ending === 'routing_pays' || ending === 'cannot_pay' ? ' Add --keep-going to continue.' : '';
  printWrapped(
    `To continue: the next round is ${atMost}${formatCount(next, 'call')}${price(next)}; the full sweep needs ` +
      `${formatCount(left, 'more call')}${price(left)}. What is left to learn is expected to add ` +
      `${formatGainPoints(remaining)}${countsSavings(record)}.${hint}`,
  );
}

function describeCosts({ chosenUsd, baselineUsd }: HoldOutEvidence): string | undefined {
  if (chosenUsd === null || baselineUsd === null) return undefined;
  const [routed, single] = [formatCostPerThousand(chosenUsd), formatCostPerThousand(baselineUsd)];
  return `1,000 of these cost ${routed} with routing, and ${single} with the best single model of the time.`;
}

/** Prints what an adaptive sweep is likely to call. */
export function printAdaptiveEstimate(estimate: AdaptiveEstimate): void {
  const { startCalls, likelyCalls, likelyUsd, allCalls, leftCalls } = estimate;
  const part = leftCalls < allCalls ? 'what is left of ' : '';
  printWrapped(
    `Adaptive: the table above is ${part}a full sweep of ${formatCount(allCalls, 'call')}. The first ` +
      `${formatCount(startCalls, 'call')} ask every model; then each round depends on the answers. Likely ` +
      `in all: ${formatWhole(likelyCalls[0])} to ${formatCount(likelyCalls[1], 'call')}, ` +
      `${formatUsd(likelyUsd[0])} to ${formatUsd(likelyUsd[1])}. It can be as much as a full sweep where ` +
      'models are close; --max-calls and --budget limit it.',
  );
}

const stopped =
  'Stopped early. Run the same command to continue; if the budget is used up, raise --budget.';

function describeGain(evidence: HoldOutEvidence): string {
  const { gain, prompts, routedAway } = evidence;
  const seen = `${formatCount(prompts, 'held-out prompt')} seen`;
  if (gain === null) return `${seen}, too few for a gain`;
  if (routedAway === 0) return `${seen}: none was routed away from the best single model so far`;
  return (
    `${seen}: routing gained ${formatGainPoints(gain.mean)} of quality so far ` +
    `(rough interval: ${formatRange(gain, formatGainPoints)})`
  );
}

function formatEvidence(value: number): string {
  return value >= 1000 ? 'over 1,000' : value.toFixed(value < 10 ? 1 : 0);
}
