import { describe, expect, it } from 'vitest';
import type { CostBasis } from '../../../../src/measure/outcomes/outcome-table.js';
import { computeEvaluation } from '../../../../src/learn/evaluate/compute-evaluation.js';
import { renderProvenance } from '../../../../src/learn/report/sections/provenance-section.js';
import { buildHeldOut } from '../../../support/held-out.js';
import { buildPlantedOutcomes } from '../../../support/planted-outcomes.js';
import { buildReportOf } from '../../../support/report.js';

const heldOut = buildHeldOut(buildPlantedOutcomes(100, { seed: 1 }));
const evaluation = computeEvaluation(heldOut, 7);

describe('where the figures of a report come from', () => {
  it('is the seed of their evaluation, not of the report', () => {
    const filed = { ...evaluation, source: { seed: 7 } };
    const page = renderProvenance(buildReportOf(heldOut, filed, { seed: 1 })).text;
    expect(page).toContain('seed 7');
    expect(page).not.toContain('seed 1');
  });

  it('says of the costs what the run knows, and names no prices that it does not have', () => {
    const report = buildReportOf(heldOut, evaluation);
    const textOf = (costBasis: CostBasis): string =>
      renderProvenance({ ...report, provenance: { ...report.provenance, costBasis } }).text;
    expect(textOf('recorded')).toContain('<dd>as recorded</dd>');
    expect(textOf('none')).toContain('<dd>unknown</dd>');
    expect(textOf('none')).not.toContain('as recorded');
    expect(textOf('tokens')).toContain('recorded tokens and prices that the run does not keep');
    for (const basis of ['recorded', 'tokens', 'assumed_tokens', 'none'] as const)
      expect(textOf(basis)).not.toContain('prices below');
  });

  it('names no seed that the evaluation does not say', () => {
    const page = renderProvenance(buildReportOf(heldOut, evaluation, { seed: 1 })).text;
    expect(page).not.toMatch(/seed \d/);
  });
});
