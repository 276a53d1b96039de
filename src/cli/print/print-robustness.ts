import type { ObjectiveRobustness, Robustness } from '../../learn/evaluate/diagnose/robustness.js';
import { formatCount, formatQuality, formatWhole } from '../../util/format-number.js';
import {
  describeSimulated,
  escapeControls,
  formatTable,
  print,
  printJson,
  printWrapped,
  textColumn,
} from './print.js';

/**
 * Prints which share of decisions survives each perturbation.
 *
 * @param available number of prompts that the perturbed ones were sampled from
 */
export function printRobustness(robustness: Robustness, available: number, json: boolean): void {
  if (json) {
    printJson({ ...robustness, available });
    return;
  }
  const { objectives, prompts, share, policyDigest } = robustness;
  if (robustness.simulated) print(describeSimulated());
  print(`Policy ${policyDigest}`);
  const source = available > prompts ? `, sampled from ${formatWhole(available)}` : '';
  print(`Share of unchanged decisions on ${formatCount(prompts, 'prompt')}${source}:`);
  print();
  print(formatShares(objectives));
  printWrapped(
    'Counts only prompts that the perturbation changes. The mean is over the perturbations.',
    2,
  );
  printNovelty(objectives);
  for (const { objective, constantModel } of objectives) {
    if (constantModel === null) continue;
    print(escapeControls(`  ${objective}: always ${constantModel}, so it is 1 by definition.`));
  }
  const isConstant = objectives.every(({ constantModel }) => constantModel !== null);
  print(
    isConstant
      ? 'Robustness 1.000 by definition: no objective routes.'
      : `Robustness ${formatQuality(share)}, the mean over the objectives that route.`,
  );
}

function formatShares(objectives: readonly ObjectiveRobustness[]): string {
  const [first] = objectives;
  const results = first?.perturbations ?? [];
  return formatTable(
    [textColumn('perturbation'), 'prompts', ...objectives.map(({ objective }) => objective)],
    [
      ...results.map(({ name, prompts }, index) => [
        name,
        formatWhole(prompts),
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
  printWrapped(
    `Of ${formatCount(lost, 'changed decision')}, ${formatWhole(toNovelty)} went to the baseline because the prompt looked novel.`,
    2,
  );
}
