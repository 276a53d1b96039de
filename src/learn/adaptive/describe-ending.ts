import { formatGainPoints } from '../../util/format-number.js';
import type { AdaptiveRecord } from './adaptive-record.js';

/** Why an adaptive sweep ended, as a clause in the past; undefined for one that was stopped. */
export function describeEnding(record: AdaptiveRecord): string | undefined {
  switch (record.ending) {
    case null:
      return undefined;
    case 'routing_pays': {
      const shown = record.objective === 'save' ? 'worth more' : 'better';
      return `on held-out prompts, routing was shown to be ${shown} than each model in play`;
    }
    case 'cannot_pay':
      return `on held-out prompts, routing was shown to gain ${describeWorth(record)}`;
    case 'not_worth_it':
      return 'what was left to learn was not worth the price of another round';
    case 'limit_reached':
      return 'the limit on answers to learn from was reached';
    case 'everything_bought':
      return 'nothing was left to buy';
    case 'no_model_left':
      return 'no model could be called any more';
  }
}

/** What routing must gain to pay: `less than 2.0 points`. */
export function describeWorth(record: AdaptiveRecord): string {
  return `less than ${formatGainPoints(record.worth)}${countsSavings(record)}`;
}

/** What a sweep for savings weighs: not quality alone. */
export function countsSavings({ objective }: AdaptiveRecord): string {
  return objective === 'save' ? ', with what it saves counted as quality' : '';
}
