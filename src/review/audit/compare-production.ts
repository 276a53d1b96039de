import type { OutcomeTable } from '../../measure/outcomes/outcome-table.js';
import { formatCount, formatWhole } from '../../util/format-number.js';
import { valueAt } from '../../util/numeric-arrays.js';
import { failure, success, type Result } from '../../util/result.js';
import type { AuditFile, DrawnRequest } from './audit-file.js';
import { computeEffectiveSize } from '../../learn/evaluate/statistics/effective-size.js';
import { groupRequests } from './group-requests.js';
import { isUnlikely, wouldShow } from './mix-test.js';

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
  /**
   * Whether the mix differs, by more than chance and by more than matters little. Null where it differs by so
   * much and chance alone may be why, or by less and so few conversations or prompts would not show more.
   */
  readonly differs: boolean | null;
  /**
   * Mean share of a request's words, by weight, that the training of the log's policy never saw, which may
   * be other prompts than those compared here; null where it is not known.
   */
  readonly novelty: number | null;
  /** Audited requests whose labels say what production asks; null where the tasks of all logged ones do. */
  readonly labeled: number | null;
  /**
   * Whether the policy of the log guessed tasks of production: its errors alone may make a difference to the
   * labels of training.
   */
  readonly guessed: boolean;
  /** Every task, the one that training lacks most first: unless guessed, label those next. */
  readonly tasks: readonly TaskShift[];
}

/** A smaller difference between the mixes matters little. */
const minVariation = 0.03;

/**
 * Compares the task mix of a log with that of training prompts: two-sample chi-square, and total
 * variation. A conversation counts once, since its requests often have one task. Production's tasks are
 * the labels of the audited requests where `--prompts` or callers gave them all, and else those that the
 * policy recognized, whose errors may be the difference.
 *
 * @returns why they cannot be compared, where training prompts have no labels or share none with production
 */
export function compareProduction(
  audit: Pick<AuditFile, 'production' | 'logged' | 'drawn'>,
  { prompts }: Pick<OutcomeTable, 'prompts'>,
): Result<ProductionShift> {
  const weightOf = new Map<string, number>();
  const weights: number[] = [];
  const groups: (number | string)[] = [];
  for (const [row, { task, weight = 1, group }] of prompts.entries()) {
    if (task === undefined) continue;
    groups.push(group ?? row);
    weightOf.set(task, (weightOf.get(task) ?? 0) + weight);
    weights.push(weight);
  }
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  // Weights are of any unit. So many equal groups of prompts would leave the mix as uncertain.
  const trained = countEffectiveGroups(groups, weights);
  if (weights.length === 0) return failure('the training prompts have no task labels');
  const { shares, size, labeled, guessed } = readMix(audit);
  const isKnown = (task: string): boolean => weightOf.has(task);
  if (![...shares.keys()].some(isKnown)) return failure(describeUnknown(audit, labeled));
  const names = new Set([...shares.keys(), ...weightOf.keys()]);
  const tasks = Array.from(names, (task): TaskShift => ({
    task,
    production: shares.get(task) ?? 0,
    training: (weightOf.get(task) ?? 0) / total,
  })).sort((a, b) => b.production - b.training - (a.production - a.training));
  const totalVariation =
    tasks.reduce((sum, shift) => sum + Math.abs(shift.production - shift.training), 0) / 2;
  const sizes = { logged: size, trained };
  return success({
    totalVariation,
    differs:
      totalVariation > minVariation
        ? isUnlikely(tasks, sizes) || null
        : wouldShow(minVariation, tasks, sizes)
          ? false
          : null,
    novelty: readNovelty(audit),
    labeled,
    guessed,
    tasks,
  });
}

interface TaskMix {
  readonly shares: ReadonlyMap<string, number>;
  /** As many conversations of equal weight would leave it as uncertain, if each has one task. */
  readonly size: number;
  readonly labeled: ProductionShift['labeled'];
  readonly guessed: boolean;
}

function readMix({
  production,
  logged,
  drawn,
}: Pick<AuditFile, 'production' | 'logged' | 'drawn'>): TaskMix {
  const isGiven = drawn.some(({ taskBy }) => taskBy === 'prompts') && drawn.every(isLabeled);
  const weights = drawn.map(({ probability, keep }) => 1 / (probability * keep));
  const drawnSize = countEffectiveGroups(groupRequests(drawn), weights);
  if (!isGiven) {
    // Earlier versions did not count conversations. Those of the sample tell at least a part of it.
    const scale = drawn.length === 0 ? 1 : drawnSize / drawn.length;
    return {
      shares: new Map(Object.entries(production.tasks)),
      size: production.conversations ?? logged * scale,
      labeled: null,
      guessed: drawn.length === 0 || !drawn.every(isLabeled),
    };
  }
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const sums = new Map<string, number>();
  drawn.forEach(({ task }, place) => {
    sums.set(task, (sums.get(task) ?? 0) + valueAt(weights, place));
  });
  const shares = new Map(Array.from(sums, ([task, sum]) => [task, sum / total]));
  return { shares, size: drawnSize, labeled: drawn.length, guessed: false };
}

/** As many groups of equal weight would say as much. */
function countEffectiveGroups(
  groups: readonly (number | string)[],
  weights: readonly number[],
): number {
  const sums = new Map<number | string, number>();
  groups.forEach((group, place) => {
    sums.set(group, (sums.get(group) ?? 0) + valueAt(weights, place));
  });
  return computeEffectiveSize(sums.values());
}

function isLabeled({ taskBy }: DrawnRequest): boolean {
  return taskBy === 'prompts' || taskBy === 'caller';
}

/** Earlier versions wrote 0 for policies that read no words; those tell no tasks apart, either. */
function readNovelty({ production: { tasks, novelty } }: Pick<AuditFile, 'production'>) {
  return novelty === 0 && Object.keys(tasks).length === 1 ? null : novelty;
}

function describeUnknown({ drawn }: Pick<AuditFile, 'drawn'>, labeled: number | null): string {
  if (labeled !== null) return 'no label of the audited requests is a task of the training prompts';
  const open = drawn.filter((request) => !isLabeled(request)).length;
  const tasks = "the log's policy recognized none of the tasks of the training prompts";
  if (open === 0) return tasks;
  return (
    `${tasks}, and ${formatWhole(open)} of ${formatCount(drawn.length, 'audited request')} ` +
    `${open === 1 ? 'has' : 'have'} no task from --prompts or a caller`
  );
}
