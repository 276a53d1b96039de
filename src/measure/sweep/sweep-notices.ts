import { mayFitLater } from './budget.js';
import { describeKeptLabels } from './grade-entry.js';
import type { SweepRecords } from './open-sweep-records.js';
import type { SweepPlan } from './plan-sweep.js';
import type { RequestForm } from '../../llm/request-form.js';
import type { PoolModel } from '../models/model.js';
import { formatRequestForm } from './calls/adjust-form.js';
import {
  describeNewForm,
  type BudgetReached,
  type NewForm,
  type SweepEvent,
} from './sweep-event.js';
import { classifyKey } from '../../util/redact-secrets.js';
import { formatCount, formatUsd, formatWhole } from '../../util/format-number.js';
import { groupBy } from '../../util/group-by.js';
import { joinNames } from '../../util/join-names.js';

/** Shorter pauses are only logged. */
const minPauseMs = 5_000;

/** The notices before the first call. */
export function describeStart(
  plan: Pick<SweepPlan, 'duplicateExamples'>,
  { ledger, cutOff, settled, repriced = [], keptGrades = new Map() }: SweepRecords,
): string[] {
  const notices: string[] = [];
  if (ledger.repairedBytes > 0) {
    notices.push(`${ledger.file}: removed an incomplete last line.`);
  }
  if (cutOff.length > 0) {
    const calls = cutOff.length === 1 ? '1 call was' : `${cutOff.length} calls were`;
    const isOfModels = cutOff.some(({ judging }) => judging === undefined);
    const hasWaiting = cutOff.some(({ hasEnded }) => hasEnded === true);
    notices.push(
      `${calls} in flight${hasWaiting ? ' or to be repeated' : ''} when an earlier sweep was killed and may have been charged ${describePossible(cutOff)}.${isOfModels ? ' Calling again.' : ''}`,
    );
  }
  if (repriced.length > 0) {
    const [price, have] = repriced.length === 1 ? ['price', 'has'] : ['prices', 'have'];
    notices.push(
      `The ${price} of ${joinNames(repriced)} ${have} changed since an earlier sweep. Costs of the run are compared at the new ${price}; what was spent stays as it was.`,
    );
  }
  notices.push(...describeOtherSettings(settled.otherSettings));
  if (settled.keptForJudge > 0) {
    const answers = formatCount(settled.keptForJudge, 'ambiguous answer');
    notices.push(
      `The grades of ${answers} are still those of an earlier rule: no judge is called for them here. ` +
        'Grade them with routesmith grade RUN --judge FILE.',
    );
  }
  notices.push(...describeKeptLabels(keptGrades));
  if (plan.duplicateExamples.length > 0) {
    const names = plan.duplicateExamples.slice(0, 3).map((example) => example.id);
    const more = plan.duplicateExamples.length > names.length ? ', ...' : '';
    notices.push(
      `Skipped ${formatCount(plan.duplicateExamples.length, 'task')} with the same prompt as an earlier one: ${names.join(', ')}${more}`,
    );
  }
  return notices;
}

function describePossible(cutOff: SweepRecords['cutOff']): string {
  const unlimited = cutOff.filter(
    ({ possibleCostUsd, unboundedCalls = 0 }) => possibleCostUsd === null || unboundedCalls > 0,
  ).length;
  const usd = cutOff.reduce((sum, { possibleCostUsd }) => sum + (possibleCostUsd ?? 0), 0);
  if (unlimited === cutOff.length && usd === 0) {
    return 'by an unknown amount, because nothing limits their cost';
  }
  const known = `up to ${formatUsd(usd)}`;
  return unlimited === 0 ? known : `${known}, ${unlimited} of them by an unknown amount on top`;
}

/** Names the models whose key stays in the answers that repeat it. */
export function describePlainKeys(
  apiKeys: ReadonlyMap<string, string | undefined>,
): readonly string[] {
  const models = [...apiKeys].filter(
    ([, key]) => key !== undefined && classifyKey(key) === 'plain',
  );
  if (models.length === 0) return [];
  const names = models.map(([id]) => id).join(', ');
  return [
    `${names}: the API key is too plain to be told from ordinary text, and is not removed from answers that repeat it. If it is secret, use one of at least 16 characters.`,
  ];
}

/** Says which answers are not used, because their model has other settings now. */
export function describeOtherSettings(counts: ReadonlyMap<string, number>): string[] {
  return [...counts].map(
    ([model, count]) =>
      `${formatCount(count, 'answer')} of ${model} with other settings (parameters, address, name or pin) ` +
      `${count === 1 ? 'is' : 'are'} not used: ${count === 1 ? 'its cell is' : 'their cells are'} called again.`,
  );
}

/** Tells of events as `describeEvent` does. */
export function tellEvents(onNotice: (notice: string) => void): (event: SweepEvent) => void {
  return (event) => {
    const notice = describeEvent(event);
    if (notice !== undefined) onNotice(notice);
  };
}

/** Says that models are not called any more. */
export function describeStopped(models: readonly string[], reason: string): string {
  const verb = models.length === 1 ? 'is' : 'are';
  return `${joinNames(models)} ${verb} skipped for the rest of the sweep. ${reason}`;
}

/** Says that models are not called for now. */
export function describePause(models: readonly string[], how: string, reason: string): string {
  return `${joinNames(models)} ${models.length === 1 ? 'waits' : 'wait'} ${how}. ${reason}`;
}

/** What to write in the pool before models are served whose usual requests were rejected. */
export function describeNewForms(
  forms: readonly Omit<NewForm, 'kind'>[],
): { readonly text: string; readonly line: string }[] {
  const entriesByLine = groupBy(forms, ({ request }) => formatRequestForm(request));
  return [...entriesByLine].map(([line, entries]) => ({
    text:
      `Before you serve ${joinNames(entries.map(({ model }) => model))}, write the line below at ` +
      `${entries.length === 1 ? 'it' : 'each of them'} in the pool file. Only a sweep changes the form of a request ` +
      'that is rejected: the router and the gateway do not.',
    line,
  }));
}

/** Tells of new request forms one by one. */
export function tellNewForms(
  onNotice: (notice: string) => void,
): (model: PoolModel, request: RequestForm) => void {
  return (model, request) => {
    for (const { text, line } of describeNewForms([describeNewForm(model, request)])) {
      onNotice(`${text} ${line}`);
    }
  };
}

/** Describes an event in one line; undefined for events that are only logged. */
export function describeEvent(event: SweepEvent): string | undefined {
  switch (event.kind) {
    case 'stopped':
      return describeStopped(event.models, event.reason);
    case 'paused': {
      if (event.pauseMs < minPauseMs) return undefined;
      const seconds = Math.ceil(event.pauseMs / 1000);
      return describePause(event.models, `for ${seconds} s`, event.reason);
    }
    case 'overcharged':
      return `${event.isJudge === true ? 'The judge' : event.model} charged ${formatUsd(event.chargedUsd)} for a call, but its prices and token limits allow at most ${formatUsd(event.worstCaseUsd)}. Check them in ${event.isJudge === true ? 'the file of --judge' : 'the pool file'}.`;
    case 'budget_reached':
      return describeReached(event);
    case 'budget_held':
      return `${formatUsd(event.lastingUsd)} of the budget of ${formatUsd(event.limitUsd)} is reserved for batches that cannot be collected now, and the next call could cost ${formatUsd(event.nextUsd)}. Run the same command again later.`;
    case 'batch_sent':
      return `${event.models.join(', ')}: sent batch ${event.batch} of ${formatCount(event.cells, 'call')}.`;
    case 'batch_running': {
      const counts = `${formatWhole(event.done)} of ${formatWhole(event.total)}`;
      return `${event.models.join(', ')}: batch ${event.batch} has done ${counts}.`;
    }
    case 'batch_ended':
      return `${event.models.join(', ')}: batch ${event.batch} has ended.`;
    case 'batch_trouble':
      return `${event.models.join(', ')}: batch ${event.batch} cannot be asked for now. ${event.error}`;
    default:
      return undefined;
  }
}

function describeReached(event: BudgetReached): string {
  const { limitUsd, nextUsd, isJudge, ...used } = event;
  const takenUsd = used.spentUsd + used.possibleUsd + used.judgeUsd + used.reservedUsd;
  const taken = `${formatUsd(takenUsd)} of ${formatUsd(limitUsd)} is spent or reserved`;
  const next = isJudge === true ? "the judge's next call" : 'the next call';
  // What batches do not use up of their reservations is left for the judge.
  const when = mayFitLater(event, nextUsd)
    ? ' for now: batches are out that may leave more of it'
    : '';
  const rest =
    isJudge === true ? ` Answers that it cannot judge for that stay ungraded${when}.` : '';
  return `The budget is reached: ${taken}, and ${next} could cost ${formatUsd(nextUsd)}.${rest}`;
}
