import type { JsonObject, JsonValue } from '../../../src/util/json.js';
import type { Picker } from '../everyday-tasks/draft.js';
import type { Picture } from './picture.js';

/** A question about a picture, before it has an id. */
export interface ImageDraft {
  readonly picture: Picture;
  readonly prompt: string;
  readonly reference: JsonValue;
  readonly grader: JsonObject & { readonly name: string };
  /** What somebody answers who reads the picture carelessly. */
  readonly wrong: string;
  readonly level: 'easy' | 'medium' | 'hard';
  /** ISO 639-1; English where it is left out. */
  readonly language?: string;
}

/** Draws a picture from random facts and computes the reference from the same facts. */
export type Scene = (picker: Picker) => ImageDraft;

/** Draws until the facts leave no doubt about the answer. */
export function drawUntil<Facts>(draw: () => Facts, isClear: (facts: Facts) => boolean): Facts {
  for (let attempt = 0; attempt < 10_000; attempt++) {
    const facts = draw();
    if (isClear(facts)) return facts;
  }
  throw new Error('no facts make the question clear; widen their range');
}

/** Whether no two values are the same. */
export function areDistinct(values: readonly unknown[]): boolean {
  return new Set(values).size === values.length;
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** Whole cents as a decimal number with two digits, such as 12.50. */
export function formatCents(cents: number, decimalMark = '.'): string {
  return (cents / 100).toFixed(2).replace('.', decimalMark);
}
