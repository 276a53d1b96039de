/** A budget that does not allow for what an attempt may cost at most. */
export interface BudgetLimit {
  readonly period: 'day' | 'month';
  /** When the period ends, and the next one begins with the whole budget. */
  readonly endsAt: Date;
  /** Whether the whole budget of the period would allow for it. */
  readonly fitsWhole: boolean;
  /** Whether it may fit all periods as soon as requests in progress cost less than is held for them. */
  readonly mayFitSoon: boolean;
}

/** What a caller is told of a request that does not fit; undefined if no limit was noted. */
export function describeLimit(limit: BudgetLimit | undefined): string {
  const { period = 'day', fitsWhole = false, mayFitSoon = false, endsAt } = limit ?? {};
  const held = mayFitSoon ? ', of which a part is held for requests in progress' : '';
  const exceeded =
    fitsWhole && endsAt !== undefined
      ? `is left of this key's budget for the ${period}, which ends at ${formatMinute(endsAt)}${held}`
      : `this key's whole budget for a ${period}`;
  return (
    `This request may cost more than ${exceeded}. Set or lower max_tokens; models without a price ` +
    'cannot be called with a budget.'
  );
}

/** Such as 2026-12-01 00:00 UTC. */
function formatMinute(date: Date): string {
  return `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
