import type { Capabilities, Price } from '../../../llm/price.js';

/** A price as a list or the user gives it, without the day; or why there is none: never 0 then. */
export type ListedPrice =
  | ({ readonly kind: 'listed' } & Omit<Price, 'date'>)
  /** On a server of the user's own. */
  | { readonly kind: 'free' }
  | { readonly kind: 'unknown'; readonly reason: string };

/** A model in a provider's list. */
export interface ListedModel {
  /** The provider's name for it, as requests give it. */
  readonly model: string;
  readonly price: ListedPrice;
  /** In tokens. */
  readonly contextWindow: number | undefined;
  /** Undefined if the list does not say what the model can do. */
  readonly capabilities: Capabilities | undefined;
  /** True for the practice server's models, whose answers are made up. */
  readonly simulated?: true;
}
