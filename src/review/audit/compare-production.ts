import type { OutcomeTable } from '../../measure/outcomes/outcome-table.js';
import { probit } from 'simple-statistics';
import type { AuditFile } from './audit-file.js';
import { computeEffectiveSize } from '../estimates/estimate.js';

/** How the tasks of production differ from those of the prompts that a policy learns from. */
export interface TaskShift {
  readonly task: string;
  /** Shares of the requests, and of the training prompts by weight. */
  readonly production: number;
  readonly training: number;
}

/** How much production differs from the training set. */
export interface ProductionShift {
  /** Half the sum of the absolute differences: the share of requests that would have to change task. */
  readonly totalVariation: number;
  /** The mix differs by more than chance, and by more than matters little. */
  readonly differs: boolean;
  /** Mean share of a request's words, by weight, that training never saw. */
  readonly novelty: number;
  /** Every task, the one that training lacks most first: label those next. */
  readonly tasks: readonly TaskShift[];
}

/** A smaller difference between the mixes matters little. */
const minVariation = 0.03;
const error = 0.001;

/**
 * Compares the task mix of a log with that of training prompts: two-sample chi-square, and total
 * variation. Production's tasks are those that the policy recognized.
 *
 * @returns undefined where the training prompts have no task labels, or the policy in production
 * recognized none of them
 */
export function compareProduction(
  { production, logged }: Pick<AuditFile, 'production' | 'logged'>,
  { prompts }: Pick<OutcomeTable, 'prompts'>,
): ProductionShift | undefined {
  const weightOf = new Map<string, number>();
  const weights: number[] = [];
  for (const { task, weight = 1 } of prompts) {
    if (task === undefined) continue;
    weightOf.set(task, (weightOf.get(task) ?? 0) + weight);
    weights.push(weight);
  }
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  // Weights are of any unit. So many equal prompts would leave the mix as uncertain.
  const trained = computeEffectiveSize(weights);
  if (!Object.keys(production.tasks).some((task) => weightOf.has(task))) return undefined;
  const names = new Set([...Object.keys(production.tasks), ...weightOf.keys()]);
  const tasks = Array.from(names, (task): TaskShift => ({
    task,
    production: production.tasks[task] ?? 0,
    training: (weightOf.get(task) ?? 0) / total,
  })).sort((a, b) => b.production - b.training - (a.production - a.training));
  const totalVariation =
    tasks.reduce((sum, shift) => sum + Math.abs(shift.production - shift.training), 0) / 2;
  return {
    totalVariation,
    differs: totalVariation > minVariation && isUnlikely(tasks, logged, trained),
    novelty: production.novelty,
    tasks,
  };
}

/** Whether chance alone would seldom make the mixes so different (chi-square by Wilson and Hilferty). */
function isUnlikely(tasks: readonly TaskShift[], logged: number, trained: number): boolean {
  const freedom = tasks.length - 1;
  if (freedom < 1) return false;
  const statistic = tasks.reduce((sum, { production, training }) => {
    const pooled = (logged * production + trained * training) / (logged + trained);
    const scale = (logged * trained) / (logged + trained);
    return pooled > 0 ? sum + (scale * (production - training) ** 2) / pooled : sum;
  }, 0);
  const spread = 2 / (9 * freedom);
  const z = (Math.cbrt(statistic / freedom) - (1 - spread)) / Math.sqrt(spread);
  return z > probit(1 - error);
}
