import { describe, expect, it } from 'vitest';
import type { Point, Report } from '../../../../src/learn/report/report.js';
import { renderCharts } from '../../../../src/learn/report/sections/charts-section.js';

const none = { quality: null, costUsd: null, latencyMs: null };

function buildPoint(name: string, known: Partial<Point> = {}): Point {
  const point = { name, kind: 'model', quality: 0.9, costUsd: null, latencyMs: null } as const;
  return { ...point, intervals: none, ...known };
}

function renderPoints(points: readonly Point[]): string {
  const report = { points, evaluation: { frontier: null }, simulated: false };
  const { text } = renderCharts(report as unknown as Report) as { readonly text: string };
  return text.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ');
}

describe('a chart that cannot be drawn', () => {
  it('says so where nothing is known', () => {
    const text = renderPoints([buildPoint('small'), buildPoint('large')]);
    expect(text).toContain('No costs are known, so there is no chart');
    expect(text).toContain('No latencies were recorded, so there is no chart');
  });

  it('does not say that nothing is known where one point is', () => {
    const known = buildPoint('small', { costUsd: 0.001, latencyMs: 800 });
    const text = renderPoints([known, buildPoint('large')]);
    expect(text).toMatch(/Only the cost of small is known ?, so there is no chart/);
    expect(text).toMatch(/Only the latency of small is known ?, so there is no chart/);
    expect(text).not.toMatch(/No costs|No latencies/);
  });
});
