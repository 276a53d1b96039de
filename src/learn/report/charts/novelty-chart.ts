import type { Novelty, NoveltyBin } from '../../evaluate/diagnose/novelty.js';
import type { Html } from '../html.js';
import { formatCount } from '../../../util/format-number.js';
import { formatPoints, formatPointsRange, formatShare } from '../typeset-number.js';
import { drawPlot, markSimulated, renderPlot, loadPlot } from './draw-plot.js';

/** Draws the quality gain of routing by the novelty of prompts. */
export function drawNovelty(
  { bins }: Novelty,
  { name, simulated, width }: { name: string; simulated: boolean; width: number },
): Html {
  const known = bins.filter(({ qualityDifference }) => qualityDifference !== null);
  return renderPlot(
    drawPlot({
      width,
      height: 280,
      marginLeft: 44,
      marginBottom: 42,
      marginTop: 24,
      x: {
        label: 'words not seen in training, %',
        labelAnchor: 'center',
        labelArrow: 'none',
        tickFormat: (value: number) => `${Math.round(value * 100)}`,
        ticks: 5,
        inset: 14,
      },
      y: {
        label: 'quality gain over the baseline, points',
        labelArrow: 'none',
        tickFormat: (value: number) => formatPoints(value).replace(/\.0$/, ''),
        ticks: 5,
        grid: true,
        zero: true,
      },
      marks: [
        loadPlot().ruleY([0], { stroke: 'var(--faint)' }),
        loadPlot().ruleX(known, {
          x: 'meanNovelty',
          y1: (bin: NoveltyBin) => bin.qualityDifference?.low,
          y2: (bin: NoveltyBin) => bin.qualityDifference?.high,
          stroke: 'var(--accent)',
          strokeWidth: 2,
        }),
        loadPlot().dot(known, {
          x: 'meanNovelty',
          y: (bin: NoveltyBin) => bin.qualityDifference?.mean,
          r: 5,
          fill: 'var(--accent)',
          stroke: 'var(--paper)',
          title: ({ prompts, meanNovelty, qualityDifference }: NoveltyBin) =>
            `${formatCount(prompts, 'prompt')}, ${formatShare(meanNovelty)} of the words not seen in training\n` +
            `${formatPoints(qualityDifference?.mean)} points (${formatPointsRange(qualityDifference)})`,
        }),
        ...markSimulated(simulated),
      ],
    }),
    name,
  );
}
