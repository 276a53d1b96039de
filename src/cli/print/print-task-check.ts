import type { TaskFinding, TaskSetCheck } from '../../measure/graders/check-task-set.js';
import type { Difficulty } from '../../measure/outcomes/task-difficulty.js';
import { formatCount, formatQuality, formatWhole } from '../../util/format-number.js';
import { groupBy } from '../../util/group-by.js';
import { escapeControls, formatTable, print, printWrapped, textColumn } from './print.js';

const maxShown = 10;
const maxShownOfGroup = 5;

/** Prints the check of a task set and, with a run, which examples separate no models. */
export function printTaskCheck(check: TaskSetCheck, difficulty: Difficulty | undefined): void {
  printTasks(check, difficulty);
  const graders = [...check.graders].map(([name, count]) => `${name || 'none'} ${count}`);
  print(`\n${formatCount(check.tasks, 'example')}; graders: ${graders.join(', ')}`);
  print(describeTried(check));
  printFindings('Graded wrong by their own grader', check.failing);
  printFindings('Not checked', check.untried);
  printGroups('Duplicate prompts (a sweep keeps the first of each)', check.duplicates);
  printGroups('Near-duplicates (kept together in data splits)', check.nearDuplicates);
  for (const suspicion of check.suspicions) {
    print();
    printWrapped(suspicion);
  }
  if (difficulty === undefined) return;
  print(
    `\nOf ${formatCount(difficulty.tasks, 'example')} that at least two of ${formatCount(difficulty.models, 'model')} answered:`,
  );
  printIds('solved by every model, so they separate none', difficulty.tooEasy);
  printIds('solved by no model, so they separate none', difficulty.tooHard);
}

function describeTried({ rightAnswers, wrongAnswers }: TaskSetCheck): string {
  const right = `${formatCount(rightAnswers, 'right answer')} ${rightAnswers === 1 ? 'passes' : 'pass'}`;
  if (wrongAnswers === 0) return `${right}, as expected. No example gives a wrong answer to try.`;
  const wrong = `${formatCount(wrongAnswers, 'wrong answer')} ${wrongAnswers === 1 ? 'fails' : 'fail'}`;
  return `${right} and ${wrong}, as expected.`;
}

/** The check as a JSON value. */
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

function printTasks({ labels }: TaskSetCheck, difficulty: Difficulty | undefined): void {
  print(
    formatTable(
      [textColumn('task'), 'examples', ...(difficulty === undefined ? [] : ['mean quality'])],
      [...labels].map(([label, count]) => [
        label === '' ? '(none)' : label,
        formatWhole(count),
        ...(difficulty === undefined ? [] : [formatQuality(difficulty.qualityOfLabel.get(label))]),
      ]),
    ),
  );
}

function printFindings(title: string, findings: readonly TaskFinding[]): void {
  if (findings.length === 0) return;
  print(`\n${title}: ${formatWhole(findings.length)}`);
  // Examples with one and the same problem share a line.
  const groups = [...groupBy(findings, ({ problem }) => problem)];
  for (const [problem, group] of groups.slice(0, maxShown)) {
    const others = group.length > 1 ? ` and ${formatWhole(group.length - 1)} more` : '';
    print(escapeControls(`  ${group[0]?.place ?? ''}${others}: ${problem}`));
  }
  printRest(groups.length);
}

function printGroups(title: string, groups: readonly (readonly string[])[]): void {
  if (groups.length === 0) return;
  print(`\n${title}: ${formatWhole(groups.length)}`);
  for (const group of groups.slice(0, maxShown)) {
    const more = group.length > maxShownOfGroup ? `, ... (${group.length})` : '';
    print(escapeControls(`  ${group.slice(0, maxShownOfGroup).join(', ')}${more}`));
  }
  printRest(groups.length);
}

function printIds(property: string, ids: readonly string[]): void {
  const more = ids.length > maxShown ? ', ...' : '';
  const list = ids.length === 0 ? '' : `: ${ids.slice(0, maxShown).join(', ')}${more}`;
  print(escapeControls(`  ${formatWhole(ids.length)} ${property}${list}`));
}

function printRest(count: number): void {
  if (count > maxShown) {
    print(`  ... and ${formatWhole(count - maxShown)} more. Use --json to list all.`);
  }
}
