import type { Policy } from '../../policy/file/policy.js';
import type { Decision } from '../../policy/decide/decision.js';
import { formatDuration, formatPercent, formatQuality, formatUsd } from './format-number.js';
import { formatTable } from './format-table.js';
import { describeSimulated, escapeControls, print, style } from './print.js';

/** Prints a decision: the model on the first line, then what speaks for it. */
export function printDecision(
  decision: Extract<Decision, { kind: 'chosen' }>,
  policy: Policy,
): void {
  const { model, explanation, reason, objective, ranked, excluded, task, novelty } = decision;
  print(style('bold', escapeControls(model)));
  print(escapeControls(`  ${explanation} (${reason}, objective "${objective}")`));
  if (decision.simulated) print(`  ${describeSimulated()}`);
  print();
  print(
    formatTable(
      [
        { title: 'model', align: 'left' },
        { title: 'quality' },
        { title: 'cost' },
        { title: 'latency' },
        { title: 'utility' },
      ],
      ranked.map((item) => [
        item.model,
        formatQuality(item.quality),
        formatUsd(item.costUsd),
        formatDuration(item.latencyMs),
        formatQuality(item.utility),
      ]),
    ),
  );
  print('  Estimates for this prompt; utility is quality less the weighted cost and latency.');
  for (const item of excluded) print(escapeControls(`  left out: ${item.model}, ${item.reason}`));
  print();
  if (task.length > 0) {
    const names = task.slice(0, 4).map((item) => `${item.task} ${formatPercent(item.probability)}`);
    print(escapeControls(`  looks like: ${names.join(', ')}`));
  }
  print(
    `  novelty: ${formatPercent(novelty)} unseen; above ${formatPercent(policy.noveltyLimit)} the baseline takes it`,
  );
}
