import type { OutcomeTable } from '../../../measure/outcomes/outcome-table.js';
import type { TableEstimates } from './held-out.js';
import type { ObjectiveRequest } from './objective-request.js';

/** What a plan is made from. */
export interface PlanInput {
  readonly table: OutcomeTable;
  readonly taskOf: Int32Array;
  readonly taskCount: number;
  /** Group of near-duplicates of every prompt of the table. */
  readonly groups: ArrayLike<number>;
  /** Training rows, whose estimates were made out of fold. */
  readonly rows: Int32Array;
  readonly estimates: TableEstimates;
  /** Id of the baseline, whose quality is kept. @default the model with the best mean quality */
  readonly baseline?: string;
  /** @default the standard objectives */
  readonly requests?: readonly ObjectiveRequest[];
}
