/** USD per million tokens. */
export interface Price {
  readonly inputPerMillionUsd: number;
  readonly outputPerMillionUsd: number;
  readonly cachedInputPerMillionUsd?: number;
  readonly cacheWritePerMillionUsd?: number;
  /** The day the price was looked up, ISO 8601. */
  readonly date: string;
}

/** One of several efforts of reasoning that a model was measured with, each as a model of its own. */
export interface ModelEffort {
  /** The model's id without the effort. */
  readonly of: string;
  /** As the provider spells it, such as `low`. */
  readonly level: string;
}

export const capabilityNames = ['vision', 'tools', 'json', 'reasoning'] as const;

/** What a model can be asked to do besides text. */
export type Capabilities = Readonly<Record<(typeof capabilityNames)[number], boolean>>;
