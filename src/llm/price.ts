/** USD per million tokens. */
export interface Price {
  readonly inputPerMillionUsd: number;
  readonly outputPerMillionUsd: number;
  readonly cachedInputPerMillionUsd?: number;
  readonly cacheWritePerMillionUsd?: number;
  /** The day the price was looked up, ISO 8601. */
  readonly date: string;
}

/** What a model can be asked to do besides text. */
export interface Capabilities {
  readonly vision: boolean;
  readonly tools: boolean;
  readonly json: boolean;
  readonly reasoning: boolean;
}
