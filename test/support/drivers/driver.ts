import type { LoadedPolicy } from '../../../src/policy/decide/load-policy.js';
import type { RouterEvent } from '../../../src/serve/router/router-event.js';
import type { RouterTimeouts } from '../../../src/serve/router/timeouts.js';
import type { Form, Verdict } from '../hostile/behavior.js';

/** Where a model of a policy is served. */
export interface DrivenModel {
  readonly kind: 'openai' | 'anthropic';
  readonly baseUrl: string;
  readonly model: string;
  readonly apiKey: string;
}

/** What is asked, and how. */
export interface DrivenCall {
  readonly policy: LoadedPolicy;
  /** By the policy's names of them. */
  readonly models: Readonly<Record<string, DrivenModel>>;
  readonly timeouts: RouterTimeouts;
  readonly form: Form;
  readonly onEvent: (event: RouterEvent) => void;
}

/** How a call ended, in one form for all drivers. */
export interface Ended {
  /** The model that answered, or began to. */
  readonly model: string | undefined;
  readonly text: string;
  readonly costUsd: number | null;
  /** The code of the error that the caller got; undefined for a whole answer. */
  readonly code: string | undefined;
  /** Everything that the caller can read of the error. */
  readonly messages: readonly string[];
}

/**
 * What a driver's package makes of a behavior where it is not what the router does, and in which form
 * if not in both: the package reads more or less than the router, and shows nothing of it.
 */
export type Difference = readonly [behavior: string, Verdict['kind'], form?: Form];

/** One way to reach the models of a policy, with the package that people use for it. */
export interface Driver {
  readonly name: string;
  /** The protocols that its packages here speak. */
  readonly kinds: readonly DrivenModel['kind'][];
  readonly differences: readonly Difference[];
  /** Behaviors that only a limit ends here, because the package itself would read on. */
  readonly waits: readonly string[];
  /** Behaviors that keep the package busy for many seconds, while it answers nobody. */
  readonly blocks: readonly string[];
  /** Asks one question. @throws whatever is no error that its callers expect */
  ask(call: DrivenCall): Promise<Ended>;
}

export const price = { inputPerMillionUsd: 1, outputPerMillionUsd: 2, date: '2025-01-01' };

export const question = 'What is 2 + 2?';

/** How a call ended that got no whole answer. */
export function endedWith(
  error: { readonly code: string; readonly message: string; readonly failure?: unknown },
  begun: { readonly model?: string | undefined; readonly text?: string } = {},
): Ended {
  const { code, message, failure = {} } = error;
  const messages = [message.replaceAll('\n', ''), JSON.stringify(failure)];
  return { model: begun.model, text: begun.text ?? '', costUsd: null, code, messages };
}
