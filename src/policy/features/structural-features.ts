import { CharacterShape } from './character-shape.js';
import type { PromptFields } from './prompt-fields.js';
import type { TokenList } from './tokens.js';

/** How many values `computeStructuralFeatures` gives; see `structuralFeatureNames`. */
export const structuralFeatureCount = 21;

/**
 * Measures the shape of a prompt, from its fields and the tokens of its user text. What says little
 * about that is left out, so that a decision survives it: capitals are not measured, and blank lines
 * are no lines. Counts are logarithms and shares are square roots, so that all are of a size; the
 * trainer standardizes them.
 *
 * @param target receives `structuralFeatureCount` values, from index 0
 */
export function computeStructuralFeatures(
  fields: PromptFields,
  { text, shapes, lines, optionLines, size }: TokenList,
  target: Float32Array,
): void {
  const of = (first: number, last = first): number => {
    let sum = 0;
    for (let shape = first; shape <= last; shape++) sum += shapes[shape] as number;
    return sum;
  };
  const share = (first: number, last?: number): number =>
    Math.sqrt(of(first, last) / Math.max(1, text.length));
  const { log1p } = Math;
  const symbols = of(CharacterShape.Punctuation, CharacterShape.Cell);
  const spaces = of(CharacterShape.Space, CharacterShape.LineBreak);
  const words = size - symbols;
  target.set([
    log1p(fields.userText.length),
    log1p(words),
    log1p((text.length - symbols - spaces) / Math.max(1, words)),
    Math.log(Math.max(1, lines)),
    share(CharacterShape.Digit),
    share(CharacterShape.Punctuation, CharacterShape.Cell),
    share(CharacterShape.Code),
    share(CharacterShape.Math),
    log1p(of(CharacterShape.Question)),
    log1p(optionLines),
    log1p(of(CharacterShape.Cell)),
    log1p(of(CharacterShape.Quote)),
    share(CharacterShape.Accented),
    share(CharacterShape.Cyrillic),
    share(CharacterShape.Arabic),
    share(CharacterShape.Indic),
    share(CharacterShape.Ideograph),
    log1p(fields.turns),
    log1p(fields.toolCount),
    log1p(fields.imageCount),
    log1p(fields.system.length),
  ]);
}
