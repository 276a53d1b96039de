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
  readonly contextWindow: number | undefined;
  /** Undefined where the pool does not say. */
  readonly capabilities: Capabilities | undefined;
  readonly parameters: GenerationParameters;
  /** Present where the pool lists several efforts of the model. */
  readonly effort?: ModelEffort | undefined;
  /** How requests to this server differ from its provider's usual form. Does not affect answers. */
  readonly request?: RequestForm | undefined;
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
