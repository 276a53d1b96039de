import type { Dispatcher } from 'undici';
import { protocols } from '../../../llm/protocol.js';
import { resolveRequestForm, type ResolvedRequestForm } from '../../../llm/request-form.js';
import type { Protocol } from '../../../llm/types.js';
import type { PoolModel } from '../../models/model.js';
import { buildPoolRequest } from '../calls/build-pool-request.js';
import { groupByLane } from '../lane.js';
import type { Cell } from '../plan-sweep.js';
import { createAnthropicBatches } from './anthropic-batches.js';
import type { BatchApi, BatchRequest } from './batch-api.js';
import { createBatchHttp } from './batch-http.js';
import { createOpenAiBatches } from './openai-batches.js';

/** The calls to one model through one account: a provider wants one model in a batch. */
export interface BatchLane {
  readonly models: readonly PoolModel[];
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

export interface BatchAccess {
  /** Keys by model id. */
  readonly apiKeys: ReadonlyMap<string, string | undefined>;
  readonly dispatcher: Dispatcher;
  readonly now: () => Date;
}

/** A lane for each account and model, in the order of the models. */
export function buildBatchLanes(
  models: readonly PoolModel[],
  { apiKeys, dispatcher, now }: BatchAccess,
): BatchLane[] {
  return groupByLane(models).map((ofLane) => {
    const [{ id, baseUrl, model, request, protocol: name }] = ofLane;
    const apiKey = apiKeys.get(id);
    const protocol = protocols[name];
    const headers = protocol.buildHeaders(apiKey);
    const http = createBatchHttp({ baseUrl, headers, secrets: [apiKey], dispatcher, now });
    const api = name === 'anthropic' ? createAnthropicBatches(http) : createOpenAiBatches(http);
    return {
      models: ofLane,
      protocol,
      api,
      form: resolveRequestForm(baseUrl, model, request),
      maxRequests: api.maxRequests,
      failures: 0,
      isFull: false,
      stoppedBecause: undefined,
    };
  });
}

/** The request of a cell; its key comes back with the answer. */
export function buildBatchRequest(
  lane: BatchLane,
  { cellKey, model, example }: Cell,
): BatchRequest {
  const request = buildPoolRequest(model, example.prompt, lane.form);
  return { id: cellKey, body: lane.protocol.buildRequest({ ...request, stream: false }) };
}
