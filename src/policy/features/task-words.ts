import type { FittedFeatures } from './fitted-features.js';

/**
 * Of which tasks' training prompts each kept word occurred in: a bit per kept word and task, row-major.
 * Kept words are numbered in the order of their features.
 */
export type TaskWords = Uint8Array;

/** Number of each kept word by its feature; -1 for features that are not words of the user text. */
export function numberKeptWords({
  buckets,
  spec,
}: Pick<FittedFeatures, 'buckets' | 'spec'>): Int32Array {
  let words = 0;
  return buckets.map((bucket) => (bucket >>> spec.bucketBits === 0 ? words++ : -1));
}

/** Bytes that the bits of a model take. */
export function countTaskWordBytes(
  features: Pick<FittedFeatures, 'buckets' | 'spec'>,
  taskCount: number,
): number {
  const words = numberKeptWords(features).filter((word) => word >= 0).length;
  return Math.ceil((words * taskCount) / 8);
}

/**
 * How surely a prompt is of a task that training knows, in [0, 1]. A classifier is sure of prompts of
 * a task that it never saw, as long as they share some words with one that it did; that most of their
 * words are new to that task gives them away. Familiarity counts for half as much as the probability,
 * which held out whole tasks best.
 *
 * @param probability of the likeliest task
 * @param familiarity share of the prompt's words, by weight, that the task's training prompts hold
 */
export function computeConfidence(probability: number, familiarity: number): number {
  return probability * Math.sqrt(familiarity);
}
