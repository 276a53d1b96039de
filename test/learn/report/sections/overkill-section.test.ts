import { describe, expect, it } from 'vitest';
import { renderOverkill } from '../../../../src/learn/report/sections/overkill-section.js';
import { buildOutcomeTable, type OutcomeTableRow } from '../../../support/outcome-table.js';
import { buildReport } from '../../../support/report.js';

/** The overkill section of 300 prompts of one task, as one line. */
function render(rowOf: (row: number) => Pick<OutcomeTableRow, 'quality' | 'costUsd'>): string {
  const rows = Array.from({ length: 300 }, (_, row) => ({ task: 't', ...rowOf(row) }));
  const report = buildReport(buildOutcomeTable(['now', 'small'], rows), { margin: 0.1 });
  expect(report.overkill.lines[0]?.cheaper?.model).toBe('small');
  return renderOverkill(report).text.replaceAll(/\s+/g, ' ');
}

const missing = 'Outcomes are missing.';
const refused = 'A cheaper model saves nothing on prompts that it refused.';

describe('the overkill section', () => {
  it('says that outcomes are missing where they are', () => {
    const complete = render(() => ({ quality: [1, 1], costUsd: [0.01, 0.001] }));
    expect(complete).not.toContain(missing);
    expect(complete).not.toContain(refused);
    const grades = render((row) =>
      row % 20 === 0
        ? { quality: [1, null], costUsd: [0.01, null] }
        : { quality: [1, 1], costUsd: [0.01, 0.001] },
    );
    expect(grades).toContain(missing);
    // The same cost everywhere, so that no figure shows that one is missing.
    const costs = render((row) => ({
      quality: [1, 1],
      costUsd: [row % 20 === 0 ? null : 0.01, 0.001],
    }));
    expect(costs).toContain(missing);
    expect(costs).not.toContain(refused);
  });

  it('says of refused prompts that they save nothing, and not that outcomes are missing', () => {
    const text = render((row) =>
      row % 50 === 0
        ? { quality: [1, 0], costUsd: [0.05, 0] }
        : { quality: [1, 1], costUsd: [0.01, 0.001] },
    );
    expect(text).toContain(refused);
    expect(text).not.toContain(missing);
  });

  it('shows no range of a saving that is mainly carried over', () => {
    const text = render((row) => ({
      quality: [1, 1],
      costUsd: [0.01, row % 2 === 0 ? null : 0.001],
    }));
    expect(text).toContain('<span class="range">–</span>');
  });
});
