import { RoutesmithError } from '../../util/errors.js';
import { defineCommand } from './define-command.js';
import { gradingOptions, openGradingTools } from '../grading-tools.js';
import { listenForInterrupt } from '../interrupt.js';
import { printJson } from '../print/print.js';

export const tasksCommand = defineCommand({
  usage: 'tasks <action> <file>',
  summary: 'Check a task set: duplicates, references that fail their own grader, labels',
  positionals: {
    action: { type: 'string', choices: ['check'], demandOption: true, describe: 'What to do' },
    file: { type: 'string', demandOption: true, describe: 'Task set: JSONL, CSV or YAML' },
  },
  options: {
    run: {
      type: 'string',
      describe: "A sweep's folder: also show tasks that all models solve, or none",
    },
    ...gradingOptions,
  },
  examples: [
    ['tasks check datasets/everyday.jsonl', 'ends with 5 where a reference fails its own grader'],
    ['tasks check datasets/everyday.jsonl --run runs/everyday', 'once they have been swept'],
  ],
  async run(args) {
    const [
      { createFitProgress },
      { checkTaskSet },
      { readTaskSet },
      { checkGrader },
      { buildCheckJson, printTaskCheck, readDifficulty },
    ] = await Promise.all([
      import('../print/fit-progress.js'),
      import('../../measure/graders/check-task-set.js'),
      import('../../measure/tasks/read-task-set.js'),
      import('../../measure/graders/check-grader.js'),
      import('../print/print-task-check.js'),
    ]);
    const { examples } = await readTaskSet(args.file, { checkGrader });
    const difficulty =
      args.run === undefined ? undefined : await readDifficulty(args.run, examples);
    const interrupt = listenForInterrupt('Stopping.');
    const opened = await openGradingTools(args, interrupt.signal);
    const progress = createFitProgress(process.stderr, () => performance.now());
    let check;
    try {
      check = await checkTaskSet(examples, opened.tools, (done, total) =>
        progress.report(done, total),
      );
    } finally {
      progress.close();
      interrupt.dispose();
      await opened.close();
    }
    if (args.json) printJson(buildCheckJson(check, difficulty));
    else printTaskCheck(check, difficulty);
    if (check.failing.length === 0) return;
    throw new RoutesmithError(
      'gate_failed',
      `${check.failing.length} answers of tasks are graded wrong by their own grader`,
      { where: args.file, fix: 'Correct the references, or the options of the graders.' },
    );
  },
});
