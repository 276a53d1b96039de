import type { JsonObject, JsonValue } from '../../../src/util/json.js';
import { shuffle, type Random } from '../../../src/util/random.js';

/** A task before it has an id. */
export interface Draft {
  readonly prompt: string;
  readonly reference: JsonValue;
  readonly grader: JsonObject & { readonly name: string };
  /** ISO 639-1; English where it is left out. */
  readonly language?: string;
}

/** A task that no template made. */
export interface HandWritten extends Draft {
  readonly task: string;
  readonly language: string;
}

/** One way to ask: builds a draft whose reference is right by construction. */
export type Template = (picker: Picker) => Draft;

/** Random choices, all from one seeded source. */
export interface Picker {
  /** A whole number; both bounds are included. */
  integer(minimum: number, maximum: number): number;
  pick<T>(values: readonly T[]): T;
  /** So many different members, in random order. */
  sample<T>(values: readonly T[], count: number): T[];
}

export function createPicker(random: Random): Picker {
  const integer = (minimum: number, maximum: number): number =>
    minimum + Math.floor(random() * (maximum - minimum + 1));
  return {
    integer,
    pick: (values) => values[integer(0, values.length - 1)] as (typeof values)[number],
    sample: (values, count) => shuffle(values, random).slice(0, count),
  };
}

export const numeric = { name: 'numeric' } as const;
export const exact = { name: 'exact' } as const;

/** A question with lettered options: shuffles them and returns the text and the right letter. */
export function letterOptions(
  picker: Picker,
  right: string,
  wrong: readonly string[],
): { readonly lines: string; readonly letter: string } {
  const options = picker.sample([right, ...wrong], wrong.length + 1);
  const lines = options.map((option, index) => `${letterOf(index)}) ${option}`).join('\n');
  return { lines, letter: letterOf(options.indexOf(right)) };
}

function letterOf(index: number): string {
  return String.fromCharCode(65 + index);
}
