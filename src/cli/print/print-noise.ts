import { computeNoise, type Noise } from '../../learn/evaluate/diagnose/noise.js';
import { readRepeats } from '../../measure/outcomes/read-repeats.js';
import type { Run } from '../../measure/outcomes/run.js';
import {
  formatDifference,
  formatPercent,
  formatQuality,
  formatShareInterval,
} from './format-number.js';
import { formatTable } from './format-table.js';
import { print } from './print.js';

/** What a run's repeats say of noise; undefined where it has none. */
export async function readNoise(run: Run, seed: number): Promise<Noise | undefined> {
  const repeats = await readRepeats(run);
  return repeats === undefined ? undefined : computeNoise(run.table.models, repeats, { seed });
}

/** Prints how far grades can be trusted to come out the same again. */
export function printNoise({ models, differences }: Noise): void {
  print('Noise, from asking the same again');
  print(
    formatTable(
      [
        { title: 'model', align: 'left' },
        { title: 'prompts' },
        { title: 'quality' },
        { title: 'same grade again' },
        { title: 'noise of a grade' },
      ],
      models.map(({ model, prompts, quality, agreement, noise }) => [
        model,
        String(prompts),
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
      [
        { title: 'difference', align: 'left' },
        { title: 'quality' },
        { title: 'a rerun moves it by' },
        { title: 'noise in it, per prompt' },
      ],
      differences.map(({ better, worse, difference, rerun, noiseShare }) => [
        `${better} over ${worse}`,
        formatDifference(difference),
        `±${formatQuality(rerun)}`,
        formatPercent(noiseShare),
      ]),
    ),
  );
}
