import { checkName } from '../options/check-name.js';
import { defineCommand } from './define-command.js';
import { moneyOptions } from '../options/money-options.js';
import { describeSimulated, print, printJson } from '../print/print.js';
import { runPositional } from '../options/run-positional.js';

export const overkillCommand = defineCommand({
  usage: 'overkill <run>',
  summary: 'Show for which tasks a cheaper model is not worse than the one in use',
  positionals: { run: runPositional },
  options: {
    ...moneyOptions,
    csv: { type: 'boolean', default: false, describe: 'Print CSV' },
  },
  examples: [
    ['overkill runs/demo', 'after "routesmith demo", or with a run of yours'],
    ['overkill runs/demo --monthly-requests 200000 --csv', 'for a spreadsheet'],
    ['overkill runs/demo --baseline practice/clerk --margin 0.05', 'another model in use'],
  ],
  async run(args) {
    const [{ openRun }, { measureOverkill }] = await Promise.all([
      import('../open-run.js'),
      import('../../learn/report/measure-overkill.js'),
    ]);
    const run = await openRun(args.run);
    if (args.baseline !== undefined) checkName('--baseline', args.baseline, run.table.models);
    const { report, volume } = await measureOverkill(run, args);
    if (args.json) {
      const { overkill, lines, savedUsd, costUsd } = report;
      printJson({
        ...overkill,
        volume,
        savedUsd,
        costUsd,
        tasks: lines.map(({ found, requests, costUsd: cost, savedUsd: saved }) => ({
          ...found,
          requests,
          volumeCostUsd: cost,
          volumeSavedUsd: saved,
        })),
      });
      return;
    }
    if (args.csv) {
      const { formatOverkillCsv } = await import('../print/format-overkill-csv.js');
      print(formatOverkillCsv(report));
      return;
    }
    if (run.table.simulated) print(describeSimulated());
    const { printOverkill } = await import('../print/print-overkill.js');
    printOverkill(report, volume);
  },
});
