import type { ObjectiveRobustness, Robustness } from '../../learn/evaluate/diagnose/robustness.js';
import { formatCount, formatQuality } from './format-number.js';
import { formatTable } from './format-table.js';
import { describeSimulated, escapeControls, print, printJson } from './print.js';

/**
 * Prints how many decisions survive each perturbation.
 *
 * @param available prompts of which those that were perturbed were drawn
 */
export function printRobustness(robustness: Robustness, available: number, json: boolean): void {
  if (json) {
    printJson({ ...robustness, available });
    return;
  }
  const { objectives, prompts, share, policyDigest } = robustness;
  if (robustness.simulated) print(describeSimulated());
  print(`Policy ${policyDigest}`);
  const source = available > prompts ? `, drawn from ${available}` : '';
  print(`Share of decisions that stay the same, of ${formatCount(prompts, 'prompt')}${source}:`);
  print();
  print(formatShares(objectives));
  print('  Only prompts that a perturbation changes count; the mean is over the perturbations.');
  printNovelty(objectives);
  for (const { objective, constantModel } of objectives) {
    if (constantModel === null) continue;
    print(
      escapeControls(`  ${objective}: always ${constantModel}, so that it is 1 by definition.`),
    );
  }
  const isConstant = objectives.every(({ constantModel }) => constantModel !== null);
  print(
    isConstant
      ? 'Robustness 1.000 by definition: the policy routes under no objective.'
      : `Robustness ${formatQuality(share)}, the mean over the objectives that route.`,
  );
}

function formatShares(objectives: readonly ObjectiveRobustness[]): string {
  const [first] = objectives;
  const results = first?.perturbations ?? [];
  return formatTable(
    [
      { title: 'perturbation', align: 'left' },
      { title: 'prompts' },
      ...objectives.map(({ objective }) => ({ title: escapeControls(objective) })),
    ],
    [
      ...results.map(({ name, prompts }, index) => [
        name,
        String(prompts),
        ...objectives.map(({ perturbations }) => formatQuality(perturbations[index]?.share)),
      ]),
      ['mean', '', ...objectives.map(({ share }) => formatQuality(share))],
    ],
  );
}

function printNovelty(objectives: readonly ObjectiveRobustness[]): void {
  const results = objectives.flatMap(({ perturbations }) => perturbations);
  const lost = results.reduce((sum, item) => sum + item.prompts - item.survived, 0);
  const toNovelty = results.reduce((sum, item) => sum + item.lostToNovelty, 0);
  if (toNovelty === 0) return;
  print(
    `  Of ${formatCount(lost, 'lost decision')}, ${toNovelty} went to the baseline: the prompt looked novel.`,
  );
}
