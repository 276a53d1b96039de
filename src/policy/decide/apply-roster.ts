import { RoutesmithError } from '../../util/errors.js';
import { decodePrice } from '../file/decode-policy.js';
import { findPrice } from '../file/estimates.js';
import type { Policy, PolicyModel } from '../file/policy.js';
import type { Price } from '../../llm/price.js';

/** What is known today of the models of a policy. */
export interface RosterOptions {
  /** Prices by model, in place of those of the file. */
  readonly prices?: Readonly<Record<string, Price>>;
  /** Models that are not to be used; each decision lists them as excluded. */
  readonly unavailable?: readonly string[];
  /** Prices that are older are reported: all of them where this is no number. @default 90 */
  readonly maxPriceAgeDays?: number;
  /** @default the system's clock */
  readonly now?: Date;
}

/** Something about a loaded policy that its user should know. */
export interface PolicyReport {
  readonly model: string;
  readonly kind:
    /** A price or an unavailable model of that name was given, and the policy has none. */
    | 'unknown_model'
    /** Left out, as was asked for. */
    | 'unavailable_model'
    /** The price, given or of the file, is older than was allowed. */
    | 'stale_price'
    | 'undated_price'
    /** The file has charges of this model and no tokens: another price does not change them. */
    | 'price_not_used';
  /** Of a stale price. */
  readonly ageDays?: number;
}

export interface AppliedRoster {
  readonly policy: Policy;
  /** By model, the reason that decisions give. */
  readonly unavailable: ReadonlyMap<string, string>;
  readonly reports: readonly PolicyReport[];
}

const dayMs = 86_400_000;

/**
 * Puts today's prices and models in place of those of the file. Nothing is learned again: what
 * changes are the costs, and so the choices.
 *
 * @throws RoutesmithError `usage` for an unknown option, and for a price that cannot be read
 */
export function applyRoster(policy: Policy, options: RosterOptions): AppliedRoster {
  const {
    prices: given = {},
    unavailable: leftOut = [],
    maxPriceAgeDays = 90,
    now = new Date(),
    ...others
  } = options;
  // A mistyped demand, such as for a signature, must not pass for none.
  for (const name in others) throw new RoutesmithError('usage', `unknown option ${name}`);
  // A text is one name, and no text to be searched.
  const unavailable = [leftOut].flat();
  const reports: PolicyReport[] = [];
  const prices = new Map(Object.entries(given));
  const ids = policy.models.map(({ id }) => id);
  for (const id of [...prices.keys(), ...unavailable]) {
    if (!ids.includes(id)) reports.push({ model: id, kind: 'unknown_model' });
  }
  const models = policy.models.map((model): PolicyModel => {
    const given = prices.get(model.id);
    const repriced =
      given === undefined
        ? model
        : setPrice(model, decodePrice(given, `options, prices.${model.id}`));
    if (given !== undefined && model.cost.kind !== 'tokens') {
      reports.push({ model: model.id, kind: 'price_not_used' });
    }
    const price = findPrice(repriced);
    // A model that costs nothing, or that does not exist, has no price of the day.
    if (policy.simulated || !(price?.inputPerMillionUsd || price?.outputPerMillionUsd)) {
      return repriced;
    }
    const day = price.date.slice(0, 10);
    const date = new Date(day);
    const ageDays = Math.floor((now.getTime() - date.getTime()) / dayMs);
    // `Date` also reads other forms, each engine its own, and takes February 31 for March 3.
    if (date.toJSON()?.slice(0, 10) !== day) {
      reports.push({ model: model.id, kind: 'undated_price' });
    } else if (!(ageDays <= maxPriceAgeDays)) {
      reports.push({ model: model.id, kind: 'stale_price', ageDays });
    }
    return repriced;
  });
  const missing = ids.filter((id) => unavailable.includes(id));
  for (const model of missing) reports.push({ model, kind: 'unavailable_model' });
  return {
    policy: { ...policy, models },
    unavailable: new Map(missing.map((id) => [id, 'not available'])),
    reports,
  };
}

function setPrice(model: PolicyModel, price: Price): PolicyModel {
  const { cost } = model;
  return { ...model, price, cost: cost.kind === 'tokens' ? { ...cost, price } : cost };
}
