import type { JudgeReply } from '../graders/judge/judge-model.js';

/**
 * A judge that gives a verdict half of the time replies so often in a row without one once in a million
 * runs of replies.
 */
const maxUnreadable = 20;

/**
 * Gives a judge up whose replies are never a verdict, so that they are not paid to the end of a run. Until
 * its first verdict, no more questions are open than may still fail; later ones are asked at once, so
 * those in flight are paid, too.
 */
export class VerdictWatch {
  /** Why no more questions are asked. */
  readonly reason =
    `its last replies, ${maxUnreadable} or more, were none of the verdicts offered, so it is asked no more; ` +
    'name another judge';
  /** Replies in a row that were no verdict. */
  #unreadable = 0;
  #hasVerdict = false;
  #open = 0;
  readonly #waiting: (() => void)[] = [];
  readonly #signal: AbortSignal | undefined;

  /** @param signal ends waiting: what has not been asked then is not asked */
  constructor(signal?: AbortSignal) {
    this.#signal = signal;
    signal?.addEventListener('abort', () => this.#wake(), { once: true });
  }

  get isGivenUp(): boolean {
    return this.#unreadable >= maxUnreadable;
  }

  /** Notes whether a reply was one of the verdicts offered. */
  note(isReadable: boolean): void {
    this.#unreadable = isReadable ? 0 : this.#unreadable + 1;
    if (isReadable) this.#hasVerdict = true;
    this.#wake();
  }

  /** Asks, or waits to; a judge that is given up is not asked. */
  async admit(ask: () => Promise<JudgeReply>): Promise<JudgeReply> {
    while (!this.#mayAsk()) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
      if (this.#signal?.aborted === true) return { kind: 'failed', reason: 'it was interrupted' };
    }
    if (this.isGivenUp) return { kind: 'failed', reason: this.reason };
    this.#open++;
    try {
      return await ask();
    } finally {
      this.#open--;
      this.#wake();
    }
  }

  #mayAsk(): boolean {
    return this.isGivenUp || this.#hasVerdict || this.#unreadable + this.#open < maxUnreadable;
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
