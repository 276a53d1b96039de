import type { SweepRecords } from './open-sweep-records.js';
import type { SweepPlan } from './plan-sweep.js';
import type { SweepEvent } from './sweep-event.js';

/** Shorter waits are everyday business, and stand in the log. */
const minPauseMs = 5_000;

/** What should be known before the first call. */
export function describeStart(
  plan: Pick<SweepPlan, 'duplicateExamples'>,
  { ledger, cutOff }: SweepRecords,
): string[] {
  const notices: string[] = [];
  if (ledger.repairedBytes > 0) {
    notices.push(`${ledger.file}: removed a last line that had been cut off.`);
  }
  if (cutOff.length > 0) {
    const possibleUsd = cutOff.reduce((sum, call) => sum + (call.possibleCostUsd ?? 0), 0);
    notices.push(
      `${cutOff.length} calls were under way when an earlier sweep was cut off. They may have been charged, at most $${possibleUsd.toFixed(6)}, and are called again.`,
    );
  }
  if (plan.duplicateExamples.length > 0) {
    const names = plan.duplicateExamples.slice(0, 3).map((example) => example.id);
    const more = plan.duplicateExamples.length > names.length ? ', ...' : '';
    notices.push(
      `${plan.duplicateExamples.length} tasks ask the same as an earlier one and are left out: ${names.join(', ')}${more}`,
    );
  }
  return notices;
}

/** An event as a line for whoever watches; undefined for those that only explain the pace. */
export function describeEvent(event: SweepEvent): string | undefined {
  switch (event.kind) {
    case 'stopped':
      return `${event.models.join(', ')} is left out from here on. ${event.reason}`;
    case 'paused': {
      if (event.pauseMs < minPauseMs) return undefined;
      const seconds = Math.ceil(event.pauseMs / 1000);
      return `${event.models.join(', ')} waits for ${seconds} s. ${event.reason}`;
    }
    case 'overcharged':
      return `${event.model} was charged $${event.chargedUsd.toFixed(6)} where $${event.worstCaseUsd.toFixed(6)} is the most by its prices and caps: check them in the pool.`;
    case 'budget_reached': {
      const taken = event.spentUsd + event.possibleUsd;
      return `The budget is reached: $${taken.toFixed(6)} of $${event.limitUsd} are taken, and the next call could cost $${event.nextUsd.toFixed(6)}.`;
    }
    default:
      return undefined;
  }
}
