import { feedbackSources } from '../../serve/log/record.js';
import { RoutesmithError } from '../../util/errors.js';
import { defineCommand } from '../options/define-command.js';

export const logCommand = defineCommand({
  usage: 'log <action> <directory> [file]',
  summary: 'Show what a decision log holds, or add feedback to it',
  positionals: {
    action: {
      type: 'string',
      choices: ['show', 'feedback'],
      demandOption: true,
      describe: 'show: sum it up. feedback: add the reports of a file',
    },
    directory: {
      type: 'string',
      demandOption: true,
      describe: 'Folder of the log, as of "serve --log" or "route --log"',
    },
    file: {
      type: 'string',
      describe: 'For feedback: CSV or JSONL with id, quality, source, and where known by and at',
    },
  },
  options: {
    source: {
      choices: feedbackSources,
      describe: 'Who says so, for rows of feedback without a source',
    },
  },
  examples: [
    ['log show runs/log', 'after "routesmith route ... --log runs/log"'],
    ['log feedback runs/log grades.csv --source grader', 'columns: id, quality'],
  ],
  async run(args) {
    if (args.action === 'feedback') {
      const { addFeedbackFile } = await import('../../review/outcomes/add-feedback-file.js');
      const { printAddedFeedback } = await import('../print/print-log.js');
      if (args.file === undefined) {
        throw new RoutesmithError('usage', 'the file of the feedback is missing', {
          fix: 'Write: routesmith log feedback FOLDER FILE',
        });
      }
      const added = await addFeedbackFile(args.directory, args.file, args.source);
      printAddedFeedback(args.directory, added, args.json);
      return;
    }
    for (const [name, value] of [
      ['file', args.file],
      ['--source', args.source],
    ]) {
      if (value === undefined) continue;
      throw new RoutesmithError('usage', `${name} cannot be combined with show`, {
        fix: 'Write: routesmith log show FOLDER',
      });
    }
    const [{ summarizeLog }, { printLogSummary }] = await Promise.all([
      import('../../review/replay/summarize-log.js'),
      import('../print/print-log.js'),
    ]);
    printLogSummary(args.directory, await summarizeLog(args.directory), args.json);
  },
});
