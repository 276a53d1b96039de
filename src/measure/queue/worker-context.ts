import type { GradingTools } from '../graders/grade.js';
import type { CallContext } from '../sweep/call-attempt.js';
import type { SweepEvent } from '../sweep/sweep-event.js';
import type { ExchangeContext } from './lane-exchange.js';
import type { WorkerSpool } from './worker-spool.js';

/** What a worker needs for a run. */
export interface WorkerContext extends ExchangeContext, CallContext {
  /** The lanes whose keys this worker has. */
  readonly lanes: readonly number[];
  /** Maximum number of calls in flight, over all lanes. */
  readonly concurrency: number;
  readonly tools: GradingTools;
  readonly spool: WorkerSpool;
  /** Ends the work: calls in flight are finished and recorded, other cells are handed back. */
  readonly signal: AbortSignal;
  readonly onEvent: (event: SweepEvent) => void;
  /** The database was found away, or is back. */
  readonly onConnection: (isAway: boolean) => void;
}
