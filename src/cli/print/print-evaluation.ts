import type { Evaluation } from '../../learn/evaluate/compute-evaluation.js';
import type { StrategyResult } from '../../learn/evaluate/strategies/compare-strategies.js';
import type { Verdict } from '../../policy/file/policy.js';
import {
  formatBytes,
  formatCount,
  formatDifference,
  formatDuration,
  formatPercent,
  formatQuality,
  formatShareInterval,
  formatUsd,
} from './format-number.js';
import { formatTable } from './format-table.js';
import { describeSimulated, escapeControls, print, style } from './print.js';

/** Prints the verdict in one line that cannot be overlooked, and before it what it rests on. */
export function printVerdict(
  evaluation: Pick<
    Evaluation,
    'prompts' | 'groups' | 'folds' | 'leakedGroups' | 'simulated' | 'verdict'
  >,
): void {
  const { prompts, groups, folds, leakedGroups, simulated, verdict } = evaluation;
  if (simulated) print(describeSimulated());
  print(
    `Held out${folds > 1 ? ` in ${folds} turns` : ''}: ${formatCount(prompts, 'prompt')} in ` +
      `${formatCount(groups, 'group')} of near-duplicates; no choice was made on them` +
      `${leakedGroups === 0 ? ', and no group is on both sides of a split' : ''}.`,
  );
  const colour = verdict.decision === 'ROUTE' ? 'green' : 'yellow';
  print(style(['bold', colour], `VERDICT: ${verdict.decision} - ${verdict.reason}`));
}

/**
 * Prints the strategies with their paired differences.
 *
 * @param reference the name of what they are compared with
 */
export function printStrategies(
  { strategies }: { readonly strategies: readonly StrategyResult[] },
  reference = 'best single',
): void {
  print(
    formatTable(
      [
        { title: 'strategy', align: 'left' },
        { title: 'quality' },
        { title: `against ${reference}` },
        { title: 'cost/request' },
        { title: 'cost saved' },
        { title: 'latency' },
      ],
      strategies.map((strategy) => [
        strategy.name,
        formatQuality(strategy.quality),
        formatDifference(strategy.qualityDifference),
        formatUsd(strategy.costUsd),
        formatShareInterval(strategy.costSaved),
        formatDuration(strategy.latencyMs),
      ]),
    ),
  );
  print('  In brackets: 95 % intervals, paired bootstrap over groups.');
  const unknown = Math.max(0, ...strategies.map(({ unknownOutcomes }) => unknownOutcomes));
  if (unknown > 0)
    print(`  Up to ${formatCount(unknown, 'prompt')} left out: outcome not recorded.`);
  for (const { name, kind, shares } of strategies) {
    if (kind === 'routed') print(`  ${name}: ${describeShares(shares)}`);
  }
}

/** Prints what the verdict says of each objective. */
export function printEvidence({ evidence }: Verdict): void {
  print(
    formatTable(
      [
        { title: 'objective', align: 'left' },
        { title: 'pays', align: 'left' },
        { title: 'hardest to beat', align: 'left' },
        { title: 'quality' },
        { title: 'against it' },
        { title: 'cost' },
        { title: 'its cost' },
        { title: 'utility against it' },
      ],
      evidence.map((item) => [
        item.objective,
        item.routes ? 'yes' : 'no',
        item.bestConstant,
        formatQuality(item.quality),
        formatDifference(item.qualityDifference),
        formatUsd(item.costUsd),
        formatUsd(item.constantCostUsd),
        formatDifference(item.utilityDifference),
      ]),
    ),
  );
  print(
    "  Routing pays where it beats every mix of single models: the utility's interval lies above zero.",
  );
}

/** Prints where the policy is and what it is. */
export function printPolicyFile({
  file,
  bytes,
  digest,
}: {
  readonly file: string;
  readonly bytes: number;
  readonly digest: string;
}): void {
  print(`Policy: ${file}, ${formatBytes(bytes)}`);
  print(`Digest: ${digest}`);
}

function describeShares(shares: StrategyResult['shares']): string {
  const shown = shares.slice(0, 6).map(({ model, share }) => `${model} ${formatPercent(share)}`);
  const more = shares.length > shown.length ? ', ...' : '';
  return escapeControls(shown.join(', ') + more);
}
