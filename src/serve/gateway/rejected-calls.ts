import type { RouterEvent } from '../router/router-event.js';

/** Rejected calls of a model since its last answer after which its configuration is taken to be wrong, and not one request. */
const minCalls = 5;

/** What a model has rejected since its last answer. */
interface Rejected {
  calls: number;
  why: string;
}

/** Notices models that reject every call, because of the form of its request or what it asks for. */
export class RejectedCalls {
  readonly #ofModels = new Map<string, Rejected>();

  noteEvent(event: RouterEvent): void {
    if (event.type === 'succeeded') this.#ofModels.delete(event.model);
    if (event.type !== 'attempt_failed' || event.failure.class !== 'unsupported') return;
    const { detail, status } = event.failure;
    const calls = (this.#ofModels.get(event.model)?.calls ?? 0) + 1;
    this.#ofModels.set(event.model, { calls, why: detail ?? `HTTP ${status}` });
  }

  /** Forgets all of them: the pool may say now how their requests must be. */
  forget(): void {
    this.#ofModels.clear();
  }

  listProblems(): string[] {
    return [...this.#ofModels]
      .filter(([, { calls }]) => calls >= minCalls)
      .map(
        ([model, { calls, why }]) =>
          `${model} rejected ${calls} calls since its last answer: ${why}`,
      );
  }
}
