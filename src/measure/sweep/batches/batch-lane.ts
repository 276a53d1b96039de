import type { ResolvedRequestForm } from '../../../llm/request-form.js';
import type { Protocol } from '../../../llm/types.js';
import type { PoolModel } from '../../models/model.js';
import { buildPoolRequest } from '../calls/build-pool-request.js';
import type { Cell } from '../plan-sweep.js';
import type { BatchApi, BatchRequest } from './batch-api.js';

/** The calls to one model through one account: a provider wants one model in a batch. */
export interface BatchLane {
  readonly models: readonly [PoolModel, ...PoolModel[]];
  readonly protocol: Protocol;
  readonly api: BatchApi;
  /** Changes if the server rejects a member of the requests. */
  form: ResolvedRequestForm;
  /** Of one batch; less where the provider takes less. */
  maxRequests: number;
  /** Requests to the API in a row that failed, and batches in a row that were not taken. */
  failures: number;
  /** Whether the provider takes nothing more until a batch has ended. */
  isFull: boolean;
  stoppedBecause: string | undefined;
}

/** The request of a cell; its key comes back with the answer. */
export function buildBatchRequest(
  lane: BatchLane,
  { cellKey, model, example }: Cell,
): BatchRequest {
  const request = buildPoolRequest(model, example.prompt, lane.form);
  return { id: cellKey, body: lane.protocol.buildRequest({ ...request, stream: false }) };
}
