import { describe, expect, it } from 'vitest';
import type { Delivery } from '../../../../src/learn/evaluate/delivery/compute-delivery.js';
import type { ReportedPolicy } from '../../../../src/learn/report/report.js';
import { renderVerdict } from '../../../../src/learn/report/sections/verdict-section.js';
import { formatMoney } from '../../../../src/learn/report/typeset-number.js';
import { buildOutcomeTable } from '../../../support/outcome-table.js';
import { buildReport } from '../../../support/report.js';
import { buildObjective } from '../../../support/routing-policy.js';

/** The bill of a report: what stands in each of its lines. */
function readBill(report: Parameters<typeof renderVerdict>[0]): Map<string, string> {
  const lines = renderVerdict(report).text.matchAll(
    /<strong>([^<]+)<\/strong> <span>[^]*?<p class="bill-cost">([^<]*)</g,
  );
  return new Map(Array.from(lines, ([, title = '', cost = '']) => [title, cost]));
}

describe('whose figures the costs are', () => {
  const report = buildReport(
    buildOutcomeTable(
      ['now', 'small'],
      Array.from({ length: 60 }, (_, row) => ({
        task: 't',
        quality: [1, row % 2],
        costUsd: [0.01, 0.001],
      })),
    ),
  );
  const { evaluation } = report;
  const write = (changes: Partial<ReportedPolicy> | null, delivery: Delivery | null): string => {
    const policy = changes && {
      file: 'p.json',
      digest: '',
      createdBy: '',
      baseline: 'now',
      defaultObjective: 'quality',
      objectives: evaluation.objectives,
      noveltyLimit: 0.5,
      applied: null,
      isTrainingData: true,
      isPolicyOfRun: true,
      robustness: {
        policyDigest: '',
        simulated: false,
        seed: 1,
        prompts: 0,
        share: 1,
        objectives: [],
      },
      ...changes,
    };
    return renderVerdict({ ...report, policy, evaluation: { ...evaluation, delivery } }).text;
  };
  const delivery: Delivery = { baseline: 'now', objectives: [] };
  const others = [buildObjective({ name: 'quality', constantModel: 'small' })];

  it('are those of the file that is trained, or of a given file with the same objectives', () => {
    expect(write(null, delivery)).toContain('what the policy file that “train” would now write');
    expect(write({}, delivery)).toContain('are what the policy file below delivers');
    expect(write({}, null)).toContain('those of the scorers in the test');
  });

  it('follow a file of these outcomes with other objectives, by a plan that is not its own', () => {
    for (const delivered of [delivery, null]) {
      const text = write({ objectives: others }, delivered);
      expect(text).toContain('For each objective of the policy file below');
      expect(text).toContain('so the file’s own results differ');
      expect(text).not.toContain('would now write');
    }
  });

  it('come with the options that would evaluate the other objectives of the file', () => {
    const more = [...evaluation.objectives, buildObjective({ name: 'max-cost-0.002' })];
    expect(write({ objectives: more }, delivery)).toContain(
      'objectives max-cost-0.002. To include them, add --max-cost-per-request 0.002.',
    );
    expect(write({ objectives: evaluation.objectives }, delivery)).not.toContain(
      'does not evaluate',
    );
  });

  it('are marked where the file does not have the objective', () => {
    expect(renderVerdict(report).text).not.toContain('not in the policy file');
    const objectives = report.money.objectives.map((bill, index) => ({
      ...bill,
      isInPolicy: index > 0,
    }));
    const { text } = renderVerdict({ ...report, money: { ...report.money, objectives } });
    expect(text.match(/not in the policy file/g)).toHaveLength(1);
  });

  it('are not those of a file of other outcomes, whatever its objectives', () => {
    for (const objectives of [evaluation.objectives, others]) {
      const text = write({ objectives, isPolicyOfRun: false }, delivery);
      expect(text).toContain('what the policy file that “train” would now write delivers');
      expect(text).toContain('The policy file below was trained on other outcomes');
      expect(text).not.toContain('For each objective of the policy file below');
    }
  });
});

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
