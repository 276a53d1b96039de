import type { JsonObject } from '../../util/json.js';
import type { Capabilities, Price } from '../../llm/price.js';
import type { RequestForm } from '../../llm/request-form.js';

export type { Capabilities, Price };

/** Generation parameters: all of them shape the answer, so all of them are in the cell key. */
export interface GenerationParameters {
  readonly temperature?: number;
  readonly maxTokens?: number;
  readonly reasoningEffort?: string;
  readonly seed?: number;
}

/** One model of the pool: where it is, what it costs, what it can do. */
export interface PoolModel {
  /** The name used everywhere in Routesmith. */
  readonly id: string;
  /** Wire format. */
  readonly protocol: 'openai' | 'anthropic';
  /** For instance `https://openrouter.ai/api/v1`; no trailing slash, no credentials. */
  readonly baseUrl: string;
  /** The provider's name for the model. */
  readonly model: string;
  /** The NAME of the environment variable that holds the key; undefined where none is needed. */
  readonly apiKeyEnv: string | undefined;
  readonly price: Price;
  readonly contextWindow: number | undefined;
  readonly capabilities: Capabilities;
  readonly parameters: GenerationParameters;
  /** How the server wants its requests, if not as its provider does. It shapes no answer. */
  readonly request?: RequestForm | undefined;
  /** OpenRouter's provider preferences, sent as they are. */
  readonly pin: JsonObject | undefined;
  /** True for the practice pool: its answers are made up, and all that is learned from them. */
  readonly simulated: boolean;
}

/** The models that are compared. */
export interface Pool {
  readonly file: string;
  readonly models: readonly PoolModel[];
}
