import type { Policy } from '../file/policy.js';
import type { PromptScores } from './score-prompt.js';

/** The likely tasks, most likely first. */
export function rankTasks(
  policy: Policy,
  scores: PromptScores,
): { task: string; probability: number }[] {
  if (policy.scorer.kind === 'constant') return [];
  const { taskPosterior } = scores;
  const ranked: { task: string; probability: number }[] = [];
  for (let index = 0; index < taskPosterior.length; index++) {
    const probability = taskPosterior[index] as number;
    if (probability < 0.01) continue;
    ranked.push({ task: policy.tasks[index] as string, probability });
  }
  return ranked.sort((first, second) => second.probability - first.probability);
}
