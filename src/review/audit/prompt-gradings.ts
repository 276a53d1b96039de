import type { Prompt } from '../../llm/chat.js';
import { computePromptHash, type Example } from '../../measure/tasks/example.js';
import { canonicalJson } from '../../util/canonical-json.js';

/** An example as far as it says how answers are graded. */
export type GradedExample = Partial<Pick<Example, 'grader' | 'reference' | 'metadata'>>;

/** The grading of a prompt, and the first request for which it was given. */
export interface GivenGrading {
  readonly example: GradedExample;
  readonly givenFor: string;
}

/**
 * The graders and references that were given for requests, by prompt: an audit asks each prompt once, so
 * that requests with the same one share its grades.
 */
export interface PromptGradings {
  /** The grading of a prompt; undefined where none was given. */
  find(promptHash: string): GivenGrading | undefined;
  /** Whether several were given, which do not agree. */
  isAmbiguous(promptHash: string): boolean;
}

/** Collects the gradings of requests. */
export interface GradingCollector extends PromptGradings {
  /**
   * @param id of the request
   * @returns the hash of the prompt
   */
  add(id: string, prompt: Prompt, given: GradedExample | undefined): string;
}

export function createGradingCollector(): GradingCollector {
  const found = new Map<string, GivenGrading & { readonly text: string }>();
  const ambiguous = new Set<string>();
  return {
    find: (promptHash) => found.get(promptHash),
    isAmbiguous: (promptHash) => ambiguous.has(promptHash),
    add(id, prompt, given) {
      const hash = computePromptHash(prompt);
      if (given?.grader === undefined && given?.reference === undefined) return hash;
      const text = canonicalJson([given.grader ?? null, given.reference ?? null]);
      const known = found.get(hash);
      if (known === undefined) found.set(hash, { example: given, givenFor: id, text });
      else if (known.text !== text) ambiguous.add(hash);
      return hash;
    },
  };
}
