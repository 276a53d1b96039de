import type { Calibration, ReliabilityBin } from '../../learn/evaluate/diagnose/calibration.js';
import { formatQuality, formatWhole } from '../../util/format-number.js';
import { formatTable, print, printWrapped, textColumn } from './print.js';

const diagramWidth = 41;

/** Prints how well estimated qualities match observed ones: by model, and as a diagram. */
export function printCalibration({ overall, models }: Calibration): void {
  print('Estimated and observed quality of the held-out prompts:');
  print(
    formatTable(
      [
        textColumn('model'),
        'outcomes',
        'estimated',
        'observed',
        'ECE',
        'ECE by chance',
        'Brier score',
      ],
      [...models, { model: 'all', ...overall }].map((item) => [
        item.model,
        formatWhole(item.cells),
        formatQuality(item.meanEstimate),
        formatQuality(item.meanObserved),
        formatQuality(item.expectedCalibrationError),
        formatQuality(item.errorByChance),
        formatQuality(item.brierScore),
      ]),
    ),
  );
  printWrapped(
    'ECE: expected calibration error, the mean distance between estimated and observed quality over ' +
      'bins of equal count. By chance: the ECE of perfect estimates. Brier score: mean squared error.',
    2,
  );
  if (overall.bins.length === 0) return;
  print();
  print(formatDiagram(overall.bins));
  print('  o estimated   x observed   * both');
}

/** A reliability diagram on its side: a line per bin, with quality from left to right. */
function formatDiagram(bins: readonly ReliabilityBin[]): string {
  return formatTable(
    ['estimated', 'observed', 'outcomes', textColumn(`0${'1'.padStart(diagramWidth)}`)],
    bins.map(({ cells, meanEstimate, meanObserved }) => [
      formatQuality(meanEstimate),
      formatQuality(meanObserved),
      formatWhole(cells),
      drawLine(meanEstimate, meanObserved),
    ]),
  );
}

function drawLine(estimate: number, observed: number): string {
  const place = (quality: number): number => Math.round(quality * (diagramWidth - 1));
  const marks = Array.from({ length: diagramWidth }, () => '.');
  marks[place(estimate)] = 'o';
  marks[place(observed)] = place(estimate) === place(observed) ? '*' : 'x';
  return marks.join('');
}
