const lineBreak = 0x0a;
/** No line that this library writes, and no answer of a provider, is nearly as long. */
const defaultMaxBytes = 64 * 1024 * 1024;

/** A line's bytes without its line break; null for a line that is too long, which is not held. */
export type SplitLine = Buffer | null;

/** A line's text. One that is too long becomes a text that is no JSON, so that it counts as unreadable. */
export function decodeLine(line: SplitLine): string {
  return line?.toString('utf8') ?? 'this line is too long';
}

/** Splits bytes that come in chunks into lines. Of an unfinished line, it holds no more than the limit. */
export class LineSplitter {
  readonly #maxBytes: number;
  /** The beginning of the unfinished line, followed by free room: it is copied a few times at most. */
  #held = Buffer.alloc(0);
  #heldBytes = 0;
  #isTooLong = false;

  constructor(maxBytes = defaultMaxBytes) {
    this.#maxBytes = maxBytes;
  }

  /** The lines that end in the next chunk. They share its memory; what is held of it is copied. */
  *split(chunk: Buffer): Generator<SplitLine, void> {
    let start = 0;
    for (let end = chunk.indexOf(lineBreak); end >= 0; end = chunk.indexOf(lineBreak, start)) {
      const piece = chunk.subarray(start, end);
      start = end + 1;
      yield this.#complete(piece);
    }
    this.#hold(chunk.subarray(start));
  }

  /** What follows the last line break; undefined if nothing does. */
  end(): SplitLine | undefined {
    return this.#isTooLong || this.#heldBytes > 0 ? this.#complete(Buffer.alloc(0)) : undefined;
  }

  #complete(piece: Buffer): SplitLine {
    if (!this.#isTooLong && this.#heldBytes === 0 && piece.length <= this.#maxBytes) return piece;
    this.#hold(piece);
    const line = this.#isTooLong ? null : this.#held.subarray(0, this.#heldBytes);
    this.#drop();
    this.#isTooLong = false;
    return line;
  }

  #hold(piece: Buffer): void {
    const bytes = this.#heldBytes + piece.length;
    if (this.#isTooLong || bytes === 0) return;
    if (bytes > this.#maxBytes) {
      this.#drop();
      this.#isTooLong = true;
      return;
    }
    if (bytes > this.#held.length) {
      const grown = Buffer.allocUnsafeSlow(Math.max(bytes, 2 * this.#held.length));
      this.#held.copy(grown, 0, 0, this.#heldBytes);
      this.#held = grown;
    }
    piece.copy(this.#held, this.#heldBytes);
    this.#heldBytes = bytes;
  }

  /** Completed lines keep the memory that they are in. */
  #drop(): void {
    this.#held = Buffer.alloc(0);
    this.#heldBytes = 0;
  }
}
