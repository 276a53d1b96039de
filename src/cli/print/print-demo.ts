import type { Evaluation } from '../../learn/evaluate/compute-evaluation.js';
import type { Decision } from '../../policy/decide/decision.js';
import { formatPercent, formatQuality, formatShareInterval, formatUsd } from './format-number.js';
import { formatTable } from './format-table.js';
import { describeSimulated, print, style } from './print.js';

/** Prints what a demo is about to do. */
export function printDemoStart(directory: string): void {
  print(describeSimulated());
  print(
    `The demo goes the whole way from tasks to decisions. It puts everything into ${directory}.`,
  );
  print('Under each step stands the command that you would type for your own models.');
}

/** Prints the heading of a step, and the command line that does the same. */
export function printDemoStep(number: number, title: string, commandLine?: string): void {
  print(`\n${style(['bold', 'cyan'], `${number}. ${title}`)}`);
  if (commandLine !== undefined) print(style('dim', `  $ ${commandLine}`));
}

/** Prints prompts with the model that was chosen for each. */
export function printRoutes(
  decisions: readonly { readonly prompt: string; readonly decision: Decision }[],
): void {
  for (const { prompt, decision } of decisions) {
    const [chosen] = decision.ranked;
    const [task] = decision.task;
    const looks =
      task === undefined ? '' : `, looks like ${task.task} (${formatPercent(task.probability)})`;
    print(`  ${prompt}`);
    print(
      `    -> ${style('bold', decision.model ?? 'none')}: quality ${formatQuality(chosen?.quality)}, ` +
        `${formatUsd(chosen?.costUsd)}${looks}`,
    );
  }
}

/** Prints the table that the demo is about, and where its policy and its report are. */
export function printDemoEnd(
  { strategies, verdict }: Evaluation,
  files: { readonly policyFile: string; readonly reportFile: string },
  seconds: number,
): void {
  print(`\n${style(['bold', 'cyan'], 'What came of it, on prompts held out from every choice')}`);
  print(
    formatTable(
      [
        { title: 'strategy', align: 'left' },
        { title: 'quality' },
        { title: 'cost/request' },
        { title: 'cost saved' },
      ],
      strategies.map((strategy) => [
        strategy.name,
        formatQuality(strategy.quality),
        formatUsd(strategy.costUsd),
        formatShareInterval(strategy.costSaved),
      ]),
    ),
  );
  print(`\n${style('bold', `VERDICT: ${verdict.decision}`)} (for SIMULATED models)`);
  print(`Policy file: ${files.policyFile}`);
  print(`Report: ${files.reportFile}`);
  print(`Done in ${seconds.toFixed(0)} s.`);
}
