import type { JsonObject, JsonValue } from '../../util/json.js';
import { tokenLimitNames } from '../request-form.js';
import type { LlmRequest } from '../types.js';

const limitNames: ReadonlySet<string> = new Set(tokenLimitNames);

/**
 * The body of a chat completion. The request's members win over the defaults of its server, and both
 * over what this library sends by itself, which is `stream_options` only: without it a stream says
 * nothing of its tokens.
 */
export function buildOpenAiRequest(request: LlmRequest): JsonObject {
  const { form, members, defaults = {}, stream } = request;
  const body: Record<string, JsonValue> = {};
  if (stream) body['stream_options'] = { include_usage: true };
  Object.assign(body, form.extras);
  for (const [name, value] of Object.entries(defaults)) {
    if (value === null) delete body[name];
    else body[name] = value;
  }
  const limit = members['max_completion_tokens'] ?? members['max_tokens'] ?? null;
  if (limit !== null) {
    delete body['max_tokens'];
    delete body['max_completion_tokens'];
  }
  for (const [name, value] of Object.entries(members)) {
    // A limit of null is none that is set: it does not take away the server's default.
    if (value === undefined || (value === null && limitNames.has(name))) continue;
    body[name] = value;
  }
  if (body['stream_options'] === null) delete body['stream_options'];
  if (form.tokenLimit !== undefined) {
    const sent = body['max_completion_tokens'] ?? body['max_tokens'];
    delete body['max_tokens'];
    delete body['max_completion_tokens'];
    if (sent !== undefined) body[form.tokenLimit] = sent;
  }
  for (const name of form.omit ?? []) delete body[name];
  body['model'] = request.model;
  body['messages'] = request.messages as unknown as JsonValue;
  if (request.tools !== undefined) body['tools'] = request.tools as unknown as JsonValue;
  body['stream'] = stream;
  return body;
}
