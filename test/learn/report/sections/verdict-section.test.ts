import { describe, expect, it } from 'vitest';
import { renderVerdict } from '../../../../src/learn/report/sections/verdict-section.js';
import { formatMoney } from '../../../../src/learn/report/typeset-number.js';
import { buildOutcomeTable } from '../../../support/outcome-table.js';
import { buildReport } from '../../../support/report.js';

/** The bill of a report: what stands in each of its lines. */
function readBill(report: Parameters<typeof renderVerdict>[0]): Map<string, string> {
  const lines = renderVerdict(report).text.matchAll(
    /<strong>([^<]+)<\/strong> <span>[^]*?<p class="bill-cost">([^<]*)</g,
  );
  return new Map(Array.from(lines, ([, title = '', cost = '']) => [title, cost]));
}

describe('the bill', () => {
  it('costs the same with one model for the only task as with that model', () => {
    // The model in use has outcomes of few long prompts, which cost more.
    const table = buildOutcomeTable(
      ['now', 'small'],
      Array.from({ length: 300 }, (_, row) => {
        const isLong = row % 3 === 0;
        const isMissing = isLong && row % 15 !== 0;
        return {
          task: 't',
          quality: [isMissing ? null : 1, 1],
          costUsd: [isMissing ? null : isLong ? 0.1 : 0.01, isLong ? 0.01 : 0.001],
        };
      }),
    );
    const report = buildReport(table, { margin: 0.05 });
    expect(report.overkill.lines[0]?.cheaper?.model).toBe('small');
    const small = report.evaluation.models.find(({ model }) => model === 'small');
    const costUsd = formatMoney(100_000 * (small?.costUsd ?? Number.NaN));
    expect(readBill(report).get('One model per task')).toBe(costUsd);
    expect(report.overkill.costUsd).toBeLessThan(report.money.now.costUsd ?? 0);
  });

  it('has no cost with one model per task where the cost now is not known', () => {
    const table = buildOutcomeTable(
      ['now', 'small'],
      Array.from({ length: 300 }, () => ({ task: 't', quality: [1, 1], costUsd: [0.01, 0.001] })),
    );
    const report = buildReport(table);
    expect(readBill(report).has('One model per task')).toBe(true);
    const { money } = report;
    const unknown = { ...report, money: { ...money, now: { ...money.now, costUsd: null } } };
    expect(readBill(unknown).has('One model per task')).toBe(false);
  });
});
