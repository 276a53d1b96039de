import { afterEach, describe, expect, it, vi } from 'vitest';
import { printCalibration } from '../../../src/cli/print/print-calibration.js';
import { computeCalibration } from '../../../src/learn/evaluate/diagnose/calibration.js';
import { buildHeldOut } from '../../support/held-out.js';
import { buildOutcomeTable } from '../../support/outcome-table.js';

afterEach(() => vi.restoreAllMocks());

function show(quality: (row: number) => (number | null)[], estimate: number): string {
  const table = buildOutcomeTable(
    ['a', 'b'],
    Array.from({ length: 20 }, (_, row) => ({ quality: quality(row) })),
  );
  const lines: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => lines.push(String(text)) > 0);
  const estimates = { quality: new Float32Array(40).fill(estimate) };
  printCalibration(computeCalibration({ ...buildHeldOut(table), estimates }));
  return lines.join('');
}

describe('printCalibration', () => {
  it('shows each model, all together, and a diagram of the two qualities', () => {
    const text = show(() => [1, 0.5], 0.25);
    expect(text).toMatch(/^ +a +20 +0\.250 +1\.000 +0\.750 +0\.000 +0\.563$/m);
    expect(text).toMatch(/^ +b +20 +0\.250 +0\.500 +0\.250 +0\.000 +0\.063$/m);
    expect(text).toMatch(/^ +all +40 +0\.250 +0\.750 +0\.500 +0\.\d{3} +0\.313$/m);
    // Estimated a quarter, observed three quarters of the way.
    expect(text).toMatch(/^ +0\.250 +0\.750 +40 +\.{10}o\.{19}x\.{10}$/m);
  });

  it('shows one mark where the two agree', () => {
    expect(show((row) => [row % 2, row % 2], 0.5)).toMatch(/ \.{20}\*\.{20}$/m);
  });

  it('shows what is not known, and no diagram of nothing', () => {
    const text = show(() => [null, null], 0.5);
    expect(text).toMatch(/^ +all +0 +- +- +- +- +-$/m);
    expect(text).not.toContain('o estimated');
  });
});
