import type { TaskFinding, TaskSetCheck } from '../../measure/graders/check-task-set.js';
import { computePromptHash, type Example } from '../../measure/tasks/example.js';
import { formatCount, formatQuality } from './format-number.js';
import { formatTable } from './format-table.js';
import { openRun } from '../open-run.js';
import { escapeControls, print } from './print.js';

/** How a run's models did on a task set. */
export interface Difficulty {
  readonly models: number;
  /** Tasks that at least two models answered. */
  readonly tasks: number;
  /** Ids of tasks that every model solved. */
  readonly tooEasy: readonly string[];
  /** Ids of tasks on which every model got 0. */
  readonly tooHard: readonly string[];
  /** Mean quality by label. */
  readonly qualityOfLabel: ReadonlyMap<string, number>;
}

const shown = 10;

/** Finds tasks that tell no models apart, from a run of them. */
export async function readDifficulty(
  path: string,
  examples: readonly Example[],
): Promise<Difficulty> {
  const { table } = await openRun(path);
  const { prompts, models, quality } = table;
  const taskOf = new Map(examples.map((example) => [computePromptHash(example.prompt), example]));
  const tooEasy: string[] = [];
  const tooHard: string[] = [];
  const sums = new Map<string, { sum: number; count: number }>();
  let count = 0;
  for (const [row, record] of prompts.entries()) {
    const example = taskOf.get(computePromptHash(record.prompt));
    const known = [...quality.subarray(row * models.length, (row + 1) * models.length)].filter(
      (value) => !Number.isNaN(value),
    );
    if (example === undefined || known.length < 2) continue;
    count++;
    if (known.every((value) => value === 1)) tooEasy.push(example.id);
    if (known.every((value) => value === 0)) tooHard.push(example.id);
    const label = sums.get(example.task ?? '') ?? { sum: 0, count: 0 };
    label.sum += known.reduce((sum, value) => sum + value, 0) / known.length;
    label.count++;
    sums.set(example.task ?? '', label);
  }
  return {
    models: models.length,
    tasks: count,
    tooEasy,
    tooHard,
    qualityOfLabel: new Map([...sums].map(([label, { sum, count: n }]) => [label, sum / n])),
  };
}

export function printTaskCheck(check: TaskSetCheck, difficulty: Difficulty | undefined): void {
  print(
    formatTable(
      [
        { title: 'label', align: 'left' },
        { title: 'tasks' },
        ...(difficulty === undefined ? [] : [{ title: 'mean quality' }]),
      ],
      [...check.labels].map(([label, tasks]) => [
        label === '' ? '(none)' : label,
        String(tasks),
        ...(difficulty === undefined ? [] : [formatQuality(difficulty.qualityOfLabel.get(label))]),
      ]),
    ),
  );
  const graders = [...check.graders].map(([name, tasks]) => `${name || 'none'} ${tasks}`);
  print(`\n${formatCount(check.tasks, 'task')}; graders: ${graders.join(', ')}`);
  print(
    `${formatCount(check.rightAnswers, 'right answer')} pass and ${formatCount(check.wrongAnswers, 'wrong answer')} fail, as they should.`,
  );
  printFindings('Graded wrong by their own grader', check.failing);
  printFindings('Not tried', check.untried);
  printGroups('Asked twice (all but the first are left out of a sweep)', check.duplicates);
  printGroups('Asked nearly the same (kept together when data are split)', check.nearDuplicates);
  if (difficulty === undefined) return;
  print(
    `\nOf ${formatCount(difficulty.tasks, 'task')} that several of ${formatCount(difficulty.models, 'model')} answered:`,
  );
  printIds('every model solves, so that they tell none apart', difficulty.tooEasy);
  printIds('no model solves, so that they tell none apart', difficulty.tooHard);
}

/** The same for machines. */
export function buildCheckJson(check: TaskSetCheck, difficulty: Difficulty | undefined): object {
  return {
    ...check,
    labels: Object.fromEntries(check.labels),
    graders: Object.fromEntries(check.graders),
    ...(difficulty !== undefined && {
      difficulty: {
        ...difficulty,
        qualityOfLabel: Object.fromEntries(difficulty.qualityOfLabel),
      },
    }),
  };
}

function printFindings(title: string, findings: readonly TaskFinding[]): void {
  if (findings.length === 0) return;
  print(`\n${title}: ${findings.length}`);
  for (const { task, problem } of findings.slice(0, shown)) {
    print(escapeControls(`  ${task}: ${problem}`));
  }
  printMore(findings.length);
}

function printGroups(title: string, groups: readonly (readonly string[])[]): void {
  if (groups.length === 0) return;
  print(`\n${title}: ${groups.length}`);
  for (const group of groups.slice(0, shown)) {
    const more = group.length > 5 ? `, ... (${group.length})` : '';
    print(escapeControls(`  ${group.slice(0, 5).join(', ')}${more}`));
  }
  printMore(groups.length);
}

function printIds(what: string, ids: readonly string[]): void {
  const more = ids.length > shown ? ', ...' : '';
  const list = ids.length === 0 ? '' : `: ${ids.slice(0, shown).join(', ')}${more}`;
  print(escapeControls(`  ${ids.length} ${what}${list}`));
}

function printMore(count: number): void {
  if (count > shown) print(`  ... and ${count - shown} more (all of them with --json)`);
}
