import type { DecisionReason } from './decision.js';

/**
 * Says why a model was chosen: what follows its name in a sentence.
 *
 * @param instead the model that would have been used, had not the session or the lot decided
 */
export function explainChoice(
  reason: DecisionReason,
  baseline: string,
  objective: string,
  instead: string,
): string {
  switch (reason) {
    case 'named_model':
      return 'was asked for by name';
    case 'routing_does_not_pay':
      return `takes all prompts: routing did not pay for "${objective}" on held-out ones`;
    case 'novel_prompt':
      return 'is the baseline, and the prompt is like none of training';
    case 'uncertain_task':
      return 'is the baseline, and the prompt is of no known task';
    case 'baseline_holds':
      return `is the baseline, and no model beats it for "${objective}"`;
    case 'next_best':
      return 'is the best that meets the constraints';
    case 'best_utility':
      return `is expected to beat the baseline ${baseline} for "${objective}"`;
    case 'session_kept':
      return `keeps the conversation: ${instead} gains no more than leaving costs`;
    case 'explored':
      return `was drawn by lot, in place of ${instead}`;
  }
}
