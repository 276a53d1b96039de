/** A typed array that is appended to, for when its length is not known beforehand. */
export interface GrowingArray<T> {
  push(value: number): void;
  size(): number;
  /** What was appended, in an array of exactly that length. */
  finish(): T;
}

interface NumberArray {
  readonly length: number;
  [index: number]: number;
  set(values: ArrayLike<number>): void;
}

/** An empty array of a kind of typed array; its room doubles whenever it is full. */
export function createGrowingArray<
  T extends NumberArray & { slice(start: number, end: number): T },
>(kind: new (length: number) => T): GrowingArray<T> {
  let values = new kind(1024);
  let size = 0;
  return {
    push(value) {
      if (size === values.length) {
        const larger = new kind(2 * size);
        larger.set(values);
        values = larger;
      }
      values[size++] = value;
    },
    size: () => size,
    finish: () => values.slice(0, size),
  };
}
