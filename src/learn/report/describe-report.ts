import type { PolicyReport } from '../../policy/decide/apply-roster.js';

/** A report of a loaded policy as a sentence. */
export function describeReport({ model, kind, ageDays }: PolicyReport): string {
  switch (kind) {
    case 'unknown_model':
      return `${model}: the policy does not know this model.`;
    case 'unavailable_model':
      return `${model}: left out.`;
    case 'stale_price':
      return `${model}: its price is ${ageDays} days old.`;
    case 'undated_price':
      return `${model}: its price has no readable date.`;
    case 'price_not_used':
      return `${model}: the policy holds charges and no tokens, so another price changes nothing.`;
  }
}
