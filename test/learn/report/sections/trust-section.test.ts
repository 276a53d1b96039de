import { describe, expect, it } from 'vitest';
import { renderTrust } from '../../../../src/learn/report/sections/trust-section.js';
import { buildReport } from '../../../support/report.js';
import { buildPlantedOutcomes } from '../../../support/planted-outcomes.js';

const report = buildReport(buildPlantedOutcomes(60, { seed: 1 }));

describe('the shares of the models', () => {
  it('say for how many prompts routing has no model, and only then', () => {
    const { evaluation } = report;
    const limited = { ...report, evaluation: { ...evaluation, promptsWithoutModel: 7 } };
    const textOf = (some: typeof report) => renderTrust(some).text.replaceAll(/\s+/g, ' ');
    expect(textOf(limited)).toContain('No model can take 7 more prompts, by its capabilities');
    expect(textOf(report)).not.toContain('No model can take');
  });
});
