import type { Calibration, ReliabilityBin } from '../../learn/evaluate/diagnose/calibration.js';
import { formatQuality } from './format-number.js';
import { formatTable } from './format-table.js';
import { print } from './print.js';

const diagramWidth = 41;

/** Prints how far estimated qualities can be taken at their word: by model, and as a diagram. */
export function printCalibration({ overall, models }: Calibration): void {
  print('Estimated and observed quality of the held-out prompts:');
  print(
    formatTable(
      [
        { title: 'model', align: 'left' },
        { title: 'outcomes' },
        { title: 'estimated' },
        { title: 'observed' },
        { title: 'ECE' },
        { title: 'ECE by chance' },
        { title: 'Brier score' },
      ],
      [...models, { model: 'all', ...overall }].map((item) => [
        item.model,
        String(item.cells),
        formatQuality(item.meanEstimate),
        formatQuality(item.meanObserved),
        formatQuality(item.expectedCalibrationError),
        formatQuality(item.errorByChance),
        formatQuality(item.brierScore),
      ]),
    ),
  );
  print(
    '  ECE: expected calibration error, the distance of the two over bins of equal count; "by chance"\n' +
      '  is what it would be if every estimate were right. Brier score: mean squared error.',
  );
  if (overall.bins.length === 0) return;
  print();
  print(formatDiagram(overall.bins));
  print('  o estimated   x observed   * both');
}

/** A reliability diagram that lies on its side: a line per bin, qualities from left to right. */
function formatDiagram(bins: readonly ReliabilityBin[]): string {
  return formatTable(
    [
      { title: 'estimated' },
      { title: 'observed' },
      { title: 'outcomes' },
      { title: `0${'1'.padStart(diagramWidth)}`, align: 'left' },
    ],
    bins.map(({ cells, meanEstimate, meanObserved }) => [
      formatQuality(meanEstimate),
      formatQuality(meanObserved),
      String(cells),
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
