import type { Verdict } from '../../policy/file/policy.js';

/** What happens in a training, in this order; `fit_done` for each fit, `warning` for each warning. */
export type TrainingEvent =
  /** The backend of TensorFlow.js is ready. */
  | {
      readonly kind: 'started';
      readonly backend: 'native' | 'wasm' | 'cpu';
      /** Which backend computes, and why not a faster one. */
      readonly description: string;
      readonly prompts: number;
      readonly models: readonly string[];
    }
  | { readonly kind: 'fit_done'; readonly done: number; readonly total: number }
  /** What a user should know before using the policy. */
  | { readonly kind: 'warning'; readonly message: string }
  | {
      readonly kind: 'finished';
      readonly decision: Verdict['decision'];
      /** Of the policy file. */
      readonly digest: string;
      readonly bytes: number;
    };
