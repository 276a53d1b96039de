import type { ReliabilityBin } from '../../evaluate/diagnose/calibration.js';
import type { Html } from '../html.js';
import { formatCount } from '../../../util/format-number.js';
import { formatQualityPercent } from '../typeset-number.js';
import { drawPlot, markSimulated, renderPlot, loadPlot } from './draw-plot.js';

/** Draws observed by estimated quality; on the diagonal they are equal. */
export function drawCalibration(
  bins: readonly ReliabilityBin[],
  { name, simulated, size }: { name: string; simulated: boolean; size: number },
): Html {
  const percent = (value: number): string => `${Math.round(value * 100)}`;
  const axis = { domain: [0, 1], ticks: 5, tickFormat: percent, grid: true, labelArrow: 'none' };
  return renderPlot(
    drawPlot({
      width: size,
      height: size,
      marginLeft: 44,
      marginBottom: 42,
      marginTop: 24,
      x: { ...axis, label: 'estimated quality, %', labelAnchor: 'center', labelArrow: 'none' },
      y: { ...axis, label: 'observed quality, %', labelArrow: 'none' },
      r: { range: [3, 8] },
      marks: [
        loadPlot().line(
          [
            [0, 0],
            [1, 1],
          ],
          { stroke: 'var(--faint)', strokeDasharray: '4 4' },
        ),
        loadPlot().line([...bins], {
          x: 'meanEstimate',
          y: 'meanObserved',
          stroke: 'var(--accent)',
          strokeOpacity: 0.5,
        }),
        loadPlot().dot([...bins], {
          x: 'meanEstimate',
          y: 'meanObserved',
          r: 'cells',
          fill: 'var(--accent)',
          stroke: 'var(--paper)',
          title: ({ cells, meanEstimate, meanObserved }: ReliabilityBin) =>
            `estimated ${formatQualityPercent(meanEstimate)}\nobserved ${formatQualityPercent(meanObserved)}\n${formatCount(cells, 'outcome')}`,
        }),
        ...markSimulated(simulated),
      ],
    }),
    name,
  );
}
