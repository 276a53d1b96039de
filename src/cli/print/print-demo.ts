import type { Evaluation } from '../../learn/evaluate/compute-evaluation.js';
import { describeAdvice } from '../../learn/evaluate/verdict/describe-advice.js';
import type { Decision } from '../../policy/decide/decision.js';
import {
  formatCostPerThousand,
  formatDuration,
  formatPercent,
  formatQuality,
  formatShareInterval,
} from '../../util/format-number.js';
import {
  describeSimulated,
  escapeControls,
  formatTable,
  print,
  style,
  textColumn,
} from './print.js';
import { quoteWord } from '../../util/quote-word.js';

/** Prints what the demo will do. */
export function printDemoStart(directory: string): void {
  print(describeSimulated());
  print('This demo runs every step from labeled examples to routing decisions, and to the');
  print(`audit that finds a mistake in them, in ${directory}.`);
  print('Each step shows the command to run for your own models.');
}

/**
 * Prints the heading of a step, and the commands that do the same.
 *
 * @param commandLines those that do not begin with the program's name continue the one before
 */
export function printDemoStep(
  number: number,
  title: string,
  commandLines: readonly string[] = [],
): void {
  print(`\n${style(['bold', 'cyan'], `${number}. ${title}`)}`);
  commandLines.forEach((line, index) => {
    const isContinued = commandLines[index + 1]?.startsWith('--') === true;
    const start = line.startsWith('--') ? '      ' : '  $ ';
    print(style('dim', `${start}${line}${isContinued ? ' \\' : ''}`));
  });
}

/** Prints prompts with the model that was chosen for each, under the policy's default objective. */
export function printRoutes(
  decisions: readonly { readonly prompt: string; readonly decision: Decision }[],
  objective: string,
): void {
  print(`  With the objective "${objective}":`);
  for (const { prompt, decision } of decisions) {
    const [chosen] = decision.ranked;
    const [task] = decision.task;
    const looksLike =
      task === undefined
        ? ''
        : `\n       looks like ${task.task} (${formatPercent(task.probability)})`;
    print(`  ${prompt}`);
    print(
      `    -> ${style('bold', decision.model ?? 'none')}: quality ${formatQuality(chosen?.quality)}, ` +
        `${formatCostPerThousand(chosen?.costUsd)} per 1,000 requests${looksLike}`,
    );
  }
}

/** Prints a request to the gateway as a command line, and what came back. */
export function printDemoExchange({
  url,
  prompt,
  status,
  headers,
  text,
}: {
  readonly url: string;
  readonly prompt: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}): void {
  const lines = [
    `  $ curl -i ${url} -d '{`,
    '      "model": "auto", "messages": [{ "role": "user",',
    `      "content": ${JSON.stringify(prompt)} }] }'`,
  ];
  for (const line of lines) print(style('dim', escapeControls(line)));
  print(`  HTTP/1.1 ${status}`);
  for (const [name, value] of Object.entries(headers)) {
    if (!hiddenHeaders.has(name)) print(`  ${name}: ${escapeControls(value)}`);
  }
  print(`  ${escapeControls(text)}`);
}

/** Headers that are long, and another time different. */
const hiddenHeaders: ReadonlySet<string> = new Set(['x-routesmith-id', 'x-routesmith-policy']);

/** Prints the results, the files, and what to do next. */
export function printDemoEnd(
  { strategies, delivery, advice }: Evaluation,
  files: { readonly policyFile: string; readonly reportFile: string },
  durationMs: number,
): void {
  print(
    `\n${style(['bold', 'cyan'], 'Results of the first policy on new prompts, before the planted mistake')}`,
  );
  const delivered = (delivery?.objectives ?? []).map(({ objective, ...figures }) => ({
    name: `policy file: ${objective}`,
    ...figures,
  }));
  const others = strategies.filter(({ kind }) => delivery === null || kind !== 'routed');
  print(
    formatTable(
      [textColumn('strategy'), 'quality', 'cost per 1,000 requests', 'cost saved'],
      [...delivered, ...others].map((strategy) => [
        strategy.name,
        formatQuality(strategy.quality),
        formatCostPerThousand(strategy.costUsd),
        formatShareInterval(strategy.costSaved),
      ]),
    ),
  );
  print(`\n${style('bold', `VERDICT: ${describeAdvice(advice).verdict}`)} (for SIMULATED models)`);
  print(`Policy file: ${files.policyFile}`);
  print(`Report: ${files.reportFile}`);
  print(`Finished in ${formatDuration(durationMs)}.`);
  print(`\nNext: open the report in a browser, and explain a decision:`);
  print(`  routesmith route ${quoteWord(files.policyFile)} "What is 17 percent of 240?" --explain`);
}
