import type { Decision } from './decision.js';

/**
 * Explains why a model was chosen: the rest of a sentence that begins with its name, or with
 * "No model".
 *
 * @param baseline false where its utility is unknown, so that no model was compared with it
 * @param instead the model that would have been used without the session or the exploration
 */
export function explainChoice(
  reason: Decision['reason'],
  baseline: string | false,
  objective: string,
  instead: string | undefined,
): string {
  switch (reason) {
    case 'named_model':
      return 'was named in the request';
    case 'routing_does_not_pay':
      return `takes all prompts: routing did not pay for "${objective}"`;
    case 'novel_prompt':
      return 'is the baseline: the prompt is out of distribution';
    case 'uncertain_task':
      return 'is the baseline: no task is certain enough';
    case 'baseline_holds':
      return `is the baseline, and no model is known to beat it for "${objective}"`;
    case 'next_best':
      return 'is the best eligible model';
    case 'best_utility':
      return baseline === false
        ? `is the best whose utility is known for "${objective}"`
        : `is expected to beat the baseline ${baseline} for "${objective}"`;
    case 'session_kept':
      return `is kept: the gain of ${instead} is too small to switch`;
    case 'explored':
      return `was sampled for exploration, not ${instead}`;
    case 'no_feasible_model':
      return 'meets the constraints; see "excluded" for each reason';
  }
}

/** Whether the estimates for the prompt are not to be trusted. */
export function isLeftToBaseline(reason: Decision['reason']): boolean {
  return reason === 'novel_prompt' || reason === 'uncertain_task';
}
