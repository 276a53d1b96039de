import { checkCombination } from '../options/check-arguments.js';
import { defineCommand } from '../options/define-command.js';
import { modelsOption, moneyOptions, loadRun, runPositional } from '../options/run-options.js';
import {
  describeSimulated,
  escapeControls,
  print,
  printJson,
  printWarning,
} from '../print/print.js';

export const overkillCommand = defineCommand({
  usage: 'overkill <run>',
  summary: 'Show for which tasks a cheaper model is as good as the one in use',
  positionals: { run: runPositional },
  options: {
    ...moneyOptions,
    models: modelsOption,
    csv: { type: 'boolean', default: false, describe: 'Print CSV' },
  },
  examples: [
    ['overkill runs/demo', 'after "routesmith demo", or with your own run'],
    ['overkill runs/demo --monthly-requests 200000 --csv', 'for a spreadsheet'],
    ['overkill runs/demo --baseline practice/clerk --margin 0.05', 'another model in use'],
  ],
  async run(args) {
    if (args.json)
      checkCombination({ csv: args.csv }, 'json', 'Standard output is one of the two.');
    const [{ measureOverkill }, { formatOverkillCsv, printOverkill }] = await Promise.all([
      import('../../learn/report/measure-overkill.js'),
      import('../print/print-overkill.js'),
    ]);
    const run = await loadRun(args.run, args);
    const { report, volume, leftOut } = await measureOverkill(run, args);
    for (const warning of leftOut) printWarning(warning);
    if (args.json) {
      const { overkill, lines, savedUsd, costUsd } = report;
      const tasks = lines.map((line) => ({
        ...line.found,
        requests: line.requests,
        volumeCostUsd: line.costUsd,
        volumeSavedUsd: line.savedUsd,
        volumeCandidateSavedUsd: line.candidateSavedUsd,
      }));
      printJson({ ...overkill, volume, savedUsd, costUsd, tasks });
      return;
    }
    if (args.csv) {
      print(escapeControls(formatOverkillCsv(report)));
      return;
    }
    if (run.table.simulated) print(describeSimulated());
    printOverkill(report, volume);
  },
});
