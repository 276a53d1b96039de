import type { Difficulty } from '../../measure/outcomes/task-difficulty.js';
import type { Example } from '../../measure/tasks/example.js';
import { RoutesmithError } from '../../util/errors.js';
import { formatCount } from '../../util/format-number.js';
import { defineCommand } from '../options/define-command.js';
import { gradingOptions, withGradingTools } from '../options/grading-options.js';
import { loadRun } from '../options/run-options.js';
import { printJson } from '../print/print.js';

export const tasksCommand = defineCommand({
  usage: 'tasks <action> <file>',
  summary: 'Check a task set: labels, duplicates, references that fail their own grader',
  positionals: {
    action: { type: 'string', choices: ['check'], demandOption: true, describe: 'What to do' },
    file: { type: 'string', demandOption: true, describe: 'Task set: JSONL, CSV or YAML' },
  },
  options: {
    run: {
      type: 'string',
      describe: 'Run folder of a sweep: also list examples that every model solves, or none',
    },
    ...gradingOptions,
  },
  examples: [
    [
      'tasks check datasets/everyday.jsonl',
      'exits with code 5 if a reference fails its own grader',
    ],
    ['tasks check datasets/everyday.jsonl --run runs/everyday', 'after a sweep'],
  ],
  async run(args) {
    const [
      { checkTaskSet },
      { readTaskSet },
      { checkGrader },
      { buildCheckJson, printTaskCheck },
      { printJudgeSpend },
      { withProgress },
    ] = await Promise.all([
      import('../../measure/graders/check-task-set.js'),
      import('../../measure/tasks/read-task-set.js'),
      import('../../measure/graders/check-grader.js'),
      import('../print/print-task-check.js'),
      import('../print/print-judge.js'),
      import('../print/work-progress.js'),
    ]);
    const taskSet = await readTaskSet(args.file, { checkGrader });
    const { examples } = taskSet;
    const difficulty =
      args.run === undefined ? undefined : await readDifficulty(args.run, examples);
    const settings = {
      allowCode: args.allowCode,
      judge: args.judge,
      ambiguous: args.ambiguous,
      candidates: [],
      interruptMessage: 'Finishing the grade in flight. Press Ctrl-C again to quit now.',
    };
    const { check, judge } = await withGradingTools(
      settings,
      async ({ tools, judgeSpend, signal }) => ({
        check: await withProgress('examples', (onProgress) =>
          checkTaskSet(taskSet, tools, onProgress, signal),
        ),
        judge: judgeSpend(),
      }),
    );
    if (args.json) printJson({ ...buildCheckJson(check, difficulty), ...(judge && { judge }) });
    else {
      printTaskCheck(check, difficulty);
      printJudgeSpend(judge);
    }
    if (check.interrupted) {
      throw new RoutesmithError('interrupted', 'interrupted before all answers were checked', {
        where: args.file,
        fix: 'Run the same command again. It begins at the first example, and calls a judge again.',
      });
    }
    const failing = check.failing.length;
    if (failing === 0) return;
    throw new RoutesmithError(
      'gate_failed',
      `${formatCount(failing, 'answer')} graded wrong by their own grader`,
      { where: args.file, fix: 'Correct the references, or the options of the graders.' },
    );
  },
});

async function readDifficulty(path: string, examples: readonly Example[]): Promise<Difficulty> {
  const { computeDifficulty } = await import('../../measure/outcomes/task-difficulty.js');
  const { table } = await loadRun(path);
  return computeDifficulty(table, examples);
}
