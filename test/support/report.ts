import { computeEvaluation, type Evaluation } from '../../src/learn/evaluate/compute-evaluation.js';
import type { HeldOut } from '../../src/learn/evaluate/verdict/held-out.js';
import type { OutcomeTable } from '../../src/measure/outcomes/outcome-table.js';
import { assembleReport, type ReportSettings } from '../../src/learn/report/assemble-report.js';
import type { Report, ReportedReplay } from '../../src/learn/report/report.js';
import { buildHeldOut, buildPlan } from './held-out.js';
import { buildObjective } from './routing-policy.js';

/**
 * A report on a table whose estimates are the recorded outcomes: a router that knows everything, so
 * that nothing has to be trained.
 */
export function buildReport(
  table: OutcomeTable,
  changes: Partial<ReportSettings> = {},
  replay?: ReportedReplay,
): Report {
  const plan = buildPlan({
    objectives: [
      buildObjective({ name: 'quality' }),
      buildObjective({ name: 'cost', costWeightPerUsd: 20 }),
    ],
    constants: [0, 0],
    bestOfTask: new Int32Array(50),
  });
  const full = buildHeldOut(table);
  const heldOut = { ...full, folds: full.folds.map((fold) => ({ ...fold, plan })) };
  return buildReportOf(heldOut, computeEvaluation(heldOut, 1), changes, replay);
}

/** A report on an evaluation of held-out prompts. */
export function buildReportOf(
  heldOut: HeldOut,
  evaluation: Evaluation,
  changes: Partial<ReportSettings> = {},
  replay?: ReportedReplay,
): Report {
  const { table } = heldOut;
  return assembleReport(
    {
      run: {
        info: {
          version: 1,
          kind: 'import',
          name: 'a run',
          createdAt: '2026-01-02T03:04:05.000Z',
          simulated: table.simulated,
          models: table.models.map((id) => ({ id })),
          costBasis: table.costBasis,
          sources: [{ file: 'outcomes.csv', sha256: 'ab'.repeat(32) }],
        },
        table,
        leftOut: new Map(),
      },
      taskOf: heldOut.taskOf,
      groups: heldOut.groups,
      evaluation,
      warnings: [],
      outcomesDigest: 'cd'.repeat(32),
      ...(replay !== undefined && { replay }),
    },
    {
      volume: { kind: 'monthly', requests: 100_000 },
      showPrompts: true,
      seed: 1,
      createdAt: '2026-02-03T04:05:06.000Z',
      version: '0.0.0',
      command: 'routesmith report runs/a --out report.html',
      evaluatedBy: 'cross-validated for this report',
      evaluationOrigin: 'report',
      ...changes,
    },
  );
}
