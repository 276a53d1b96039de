import type { PracticeSlip } from '../../measure/practice/practice-brain.js';
import type { AuditReport } from '../../review/audit/compute-audit-report.js';

/** A week of made-up traffic, and what its audit says. */
export interface DemoWeek {
  readonly requests: number;
  /** Requests of the planted task, and how many of them the planted model answered. */
  readonly plantedTask: number;
  readonly plantedModel: number;
  readonly report: AuditReport;
}

/** The files of a week, and how much is audited of it. */
export interface DemoWeekFiles {
  readonly policyFile: string;
  readonly log: string;
  readonly store: string;
  readonly audit: string;
  readonly sample: number;
}

/** What the loop found: JSON of the demo. */
export interface DemoLoop {
  /** The mistake that was planted. */
  readonly planted: PracticeSlip;
  /** Whether the first audit names the planted task as the worst one. */
  readonly found: boolean;
  /**
   * Whether the planted model gets less than half as many requests of the task, and clearly fewer of
   * them would have been answered better by another model, by three standard errors.
   */
  readonly mended: boolean;
  readonly nextPolicy: { readonly file: string; readonly bytes: number; readonly digest: string };
  readonly weeks: readonly [DemoWeek, DemoWeek];
}
