import type { CostEstimate } from '../../policy/file/estimates.js';
import { at } from '../../util/numeric-arrays.js';
import { computeKnownMean } from '../evaluate/strategies/chosen-outcomes.js';
import type { TrainingData } from './training-data.js';

/** How a model counts the text of a request, in tokens. */
export type InputTokens = Pick<
  Extract<CostEstimate, { readonly kind: 'tokens' }>,
  'fixedInputTokens' | 'inputTokensPerCharacter'
>;

/** A character has at most three bytes, and a token at least one. */
const maxTokensPerCharacter = 3;
/** Of a text in a script whose characters are tokens of their own. */
const usualMaxTokensPerCharacter = 1;
/** Of English text, for prompts of which most tokens are no text. */
const defaultTokensPerCharacter = 0.25;

/**
 * Least squares of recorded input tokens on characters, with neither coefficient negative. Tokens
 * of images and files are taken off first, as many as the runtime adds for them.
 *
 * @param model index of the model
 * @returns undefined where no input tokens were recorded
 */
export function fitInputTokens(
  { table, weights, needs }: TrainingData,
  rows: Int32Array,
  model: number,
): InputTokens | undefined {
  const tokens: number[] = [];
  const characters: number[] = [];
  const shares: number[] = [];
  for (const row of rows) {
    const recorded = at(table.inputTokens, row * table.models.length + model);
    const own = needs[row];
    if (Number.isNaN(recorded) || own === undefined) continue;
    tokens.push(Math.max(0, recorded - own.attachmentTokens));
    characters.push(own.characters);
    shares.push(at(weights, row));
  }
  if (tokens.length === 0) return undefined;
  const meanTokens = computeKnownMean(tokens, shares);
  const meanCharacters = computeKnownMean(characters, shares);
  let covariance = 0;
  let variance = 0;
  characters.forEach((length, index) => {
    const weight = shares[index] as number;
    covariance += weight * (length - meanCharacters) * ((tokens[index] as number) - meanTokens);
    variance += weight * (length - meanCharacters) ** 2;
  });
  const slope = variance > 0 ? Math.max(0, covariance / variance) : 0;
  const perCharacter = findRate(slope, meanTokens, meanCharacters);
  return {
    fixedInputTokens: roundDigits(Math.max(0, meanTokens - perCharacter * meanCharacters)),
    inputTokensPerCharacter: roundDigits(perCharacter),
  };
}

/**
 * Tokens per character: the slope, or where it is no rate of text, that of the mean prompt. Where that is
 * none either, most tokens stand beside the text, such as a server's own instructions.
 */
function findRate(slope: number, meanTokens: number, meanCharacters: number): number {
  const hasSlope = slope > 0 && slope <= maxTokensPerCharacter;
  if (hasSlope && meanTokens - slope * meanCharacters >= 0) return slope;
  const mean = meanCharacters > 0 ? meanTokens / meanCharacters : Number.POSITIVE_INFINITY;
  const highest = hasSlope ? maxTokensPerCharacter : usualMaxTokensPerCharacter;
  return mean <= highest ? mean : defaultTokensPerCharacter;
}

/** Five significant digits: more precise than the data, and short in the file. */
export function roundDigits(value: number): number {
  return Number(value.toPrecision(5));
}
