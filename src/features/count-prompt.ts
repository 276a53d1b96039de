import { clearBucketCounter, type BucketCounter } from './bucket-counter.js';
import { countCharacterNgrams, countWordNgrams } from './count-ngrams.js';
import { featureBlocks, type FeatureSpec } from './feature-spec.js';
import type { PromptFields } from './prompt-fields.js';

/**
 * Counts the n-grams of a whole prompt, starting from an empty counter: words and characters of
 * the ask, words only of the system prompt and the tools.
 */
export function countPrompt(fields: PromptFields, spec: FeatureSpec, counter: BucketCounter): void {
  clearBucketCounter(counter);
  countWordNgrams(fields.ask, featureBlocks.words, spec, counter);
  countCharacterNgrams(fields.ask, featureBlocks.characters, spec, counter);
  if (fields.system !== '') countWordNgrams(fields.system, featureBlocks.context, spec, counter);
  if (fields.tools !== '') countWordNgrams(fields.tools, featureBlocks.context, spec, counter);
}
