/** Counts the requests that are being worked on, and waits for their end. */
export class Drain {
  #open = 0;
  #isDraining = false;
  #onDrained: (() => void) | undefined;

  /** Whether new requests are refused. */
  get isDraining(): boolean {
    return this.#isDraining;
  }

  begin(): void {
    this.#open += 1;
  }

  end(): void {
    this.#open -= 1;
    if (this.#open === 0) this.#onDrained?.();
  }

  /** Resolves when all requests have ended. */
  async drain(): Promise<void> {
    this.#isDraining = true;
    if (this.#open === 0) return;
    await new Promise<void>((resolve) => {
      this.#onDrained = resolve;
    });
  }
}
