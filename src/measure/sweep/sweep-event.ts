/** Something that happened in a sweep, for whoever wants to know why it goes as it goes. */
export type SweepEvent =
  /** How many calls may be under way, and why that changed. */
  | {
      readonly kind: 'limit_changed';
      readonly models: readonly string[];
      readonly from: number;
      readonly to: number;
      readonly reason: string;
      readonly inFlight: number;
      readonly waiting: number;
    }
  /** An attempt failed; `retryInMs` is null where it was the last. */
  | {
      readonly kind: 'attempt_failed';
      readonly model: string;
      readonly taskId: string;
      readonly repeat: number;
      readonly attempt: number;
      readonly status: number | null;
      readonly error: string;
      readonly retryInMs: number | null;
    }
  /** Nothing is sent to these models for a while. */
  | {
      readonly kind: 'paused';
      readonly models: readonly string[];
      readonly pauseMs: number;
      readonly reason: string;
    }
  | { readonly kind: 'resumed'; readonly models: readonly string[] }
  /** Nothing more is sent to these models. */
  | { readonly kind: 'stopped'; readonly models: readonly string[]; readonly reason: string }
  /** A call was charged more than its prices and its caps allow. */
  | {
      readonly kind: 'overcharged';
      readonly model: string;
      readonly taskId: string;
      readonly chargedUsd: number;
      readonly worstCaseUsd: number;
    }
  /** Nothing more is sent at all: the next call could cost more than is left. */
  | {
      readonly kind: 'budget_reached';
      readonly limitUsd: number;
      readonly spentUsd: number;
      readonly possibleUsd: number;
      readonly nextUsd: number;
    }
  /** How it stands, every few seconds. */
  | {
      readonly kind: 'state';
      readonly models: readonly string[];
      readonly inFlight: number;
      readonly waiting: number;
      readonly limit: number;
      readonly isPaused: boolean;
    };
