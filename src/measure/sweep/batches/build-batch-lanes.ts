import type { Dispatcher } from 'undici';
import { protocols } from '../../../llm/protocol.js';
import { resolveRequestForm } from '../../../llm/request-form.js';
import type { PoolModel } from '../../models/model.js';
import { groupByLane } from '../lane.js';
import { createAnthropicBatches } from './anthropic-batches.js';
import { createBatchHttp } from './batch-http.js';
import type { BatchLane } from './batch-lane.js';
import { createOpenAiBatches } from './openai-batches.js';

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
