import type { Noise } from '../../learn/evaluate/diagnose/noise.js';
import {
  formatDifference,
  formatPercent,
  formatQuality,
  formatShareInterval,
  formatWhole,
} from '../../util/format-number.js';
import { formatTable, print, textColumn } from './print.js';

/** Prints how reproducible grades are, from repeated calls. */
export function printNoise({ models, differences }: Noise): void {
  print('Noise, from repeated calls:');
  print(
    formatTable(
      [textColumn('model'), 'prompts', 'quality', 'same grade again', 'noise of a grade'],
      models.map(({ model, prompts, quality, agreement, noise }) => [
        model,
        formatWhole(prompts),
        formatQuality(quality),
        formatShareInterval(agreement),
        formatQuality(noise),
      ]),
    ),
  );
  if (differences.length === 0) return;
  print();
  print(
    formatTable(
      [textColumn('difference'), 'quality', 'change in a rerun', 'noise share, per prompt'],
      differences.map(({ better, worse, difference, rerun, noiseShare }) => [
        `${better} over ${worse}`,
        formatDifference(difference),
        `±${formatQuality(rerun)}`,
        formatPercent(noiseShare),
      ]),
    ),
  );
}
