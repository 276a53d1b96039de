/** What a program prints and returns, up to a limit. */
export interface OutputMeter {
  /** Takes what was printed; throws where that is too much, which ends the program. */
  print(text: string): void;
  /** Counts what is returned in the same way. */
  count(length: number): void;
  readonly text: string;
}

export class OutputLimitError extends Error {
  constructor() {
    super('the program printed or returned more than it may');
  }
}

/** Creates a meter for one program. Characters are counted, which are bytes at least. */
export function createOutputMeter(limit: number): OutputMeter {
  const pieces: string[] = [];
  let used = 0;
  const count = (length: number): void => {
    used += length;
    if (used > limit) throw new OutputLimitError();
  };
  return {
    print(text) {
      count(text.length);
      pieces.push(text);
    },
    count,
    get text() {
      return pieces.join('');
    },
  };
}
