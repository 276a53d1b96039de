import type { JsonObject } from '../../util/json.js';
import type { Capabilities, ModelEffort, Price } from '../../llm/price.js';
import type { RequestForm } from '../../llm/request-form.js';

export type { Capabilities, ModelEffort, Price };

/** Generation parameters. All of them affect the answer, so all of them are part of the cell key. */
export interface GenerationParameters {
  readonly temperature?: number;
  readonly maxTokens?: number;
  readonly reasoningEffort?: string;
  readonly seed?: number;
}

/**
 * How long one call of a model may take in a sweep, in milliseconds. None of them affects the answer.
 * `firstByteMs` and `totalMs` are other limits than those of the router's timeouts.
 */
export interface ModelTimeouts {
  /**
   * Until the response's headers, from when the request is sent; in the router, `connectMs` ends there.
   * @default 120_000, or more for long answers
   */
  readonly firstByteMs?: number;
  /**
   * Until the first text, reasoning or tool call, from when the request is sent. Keep-alives do not
   * count. @default 240_000, or more for long answers
   */
  readonly firstContentMs?: number;
  /** Between two pieces of the answer. @default 60_000 */
  readonly idleMs?: number;
  /** For one whole attempt, as the router's `attemptMs`. @default 300_000, or more for long answers */
  readonly totalMs?: number;
}

/** One model of the pool: its endpoint, price and capabilities. */
export interface PoolModel {
  /** The name used everywhere in Routesmith. */
  readonly id: string;
  /** Wire format. */
  readonly protocol: 'openai' | 'anthropic';
  /** For instance `https://openrouter.ai/api/v1`; no trailing slash, no credentials. */
  readonly baseUrl: string;
  /** The provider's name for the model. */
  readonly model: string;
  /** The NAME of the environment variable that holds the key; undefined if none is needed. */
  readonly apiKeyEnv: string | undefined;
  readonly price: Price;
  /** What the provider asks for a request of a batch, as a share of the price. @default 0.5 */
  readonly batchPriceShare?: number | undefined;
  readonly contextWindow: number | undefined;
  /** Undefined where the pool does not say. */
  readonly capabilities: Capabilities | undefined;
  readonly parameters: GenerationParameters;
  /** Present where the pool lists several efforts of the model. */
  readonly effort?: ModelEffort | undefined;
  /** How requests to this server differ from its provider's usual form. Does not affect answers. */
  readonly request?: RequestForm | undefined;
  /** Those that the pool sets; the others have defaults. */
  readonly timeouts?: ModelTimeouts | undefined;
  /** OpenRouter's provider preferences, sent unchanged. */
  readonly pin: JsonObject | undefined;
  /** True for the practice pool, whose answers are made up. */
  readonly simulated: boolean;
}

/** The models to compare. */
export interface Pool {
  readonly file: string;
  readonly models: readonly PoolModel[];
}
