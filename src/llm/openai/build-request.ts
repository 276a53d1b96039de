import { listObjects, type JsonObject, type JsonValue } from '../../util/json.js';
import { mapCallIds, shortenCallId } from '../call-ids.js';
import { tokenLimitNames } from '../request-form.js';
import { isSignedCall } from '../tool-calls.js';
import type { LlmRequest } from '../types.js';

const limitNames: ReadonlySet<string> = new Set(tokenLimitNames);
const effortNames: readonly string[] = ['reasoning_effort', 'reasoning'];

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
  const hasEffort = effortNames.some((name) => (body[name] ?? members[name] ?? null) !== null);
  for (const [name, value] of Object.entries(members)) {
    // A limit or effort of null is none that is set: it does not take away the server's default.
    const isUnset = limitNames.has(name) || (hasEffort && effortNames.includes(name));
    if (value === undefined || (value === null && isUnset)) continue;
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
  const fitted = form.shortCallIds === true ? mapCallIds(body, shortenCallId) : body;
  return form.signedCalls === true ? signCalls(fitted) : fitted;
}

/** What Google takes in place of a signature that there is none of, as for calls of other models. */
const noSignature = { google: { thought_signature: 'skip_thought_signature_validator' } };

/**
 * The body with a signature in every turn that calls tools: Gemini refuses calls without one, and of
 * calls at the same time it signs the first (ai.google.dev/gemini-api/docs/thought-signatures).
 */
function signCalls(body: JsonObject): JsonObject {
  const messages = listObjects(body['messages']).map((message) => {
    const [first, ...others] = listObjects(message['tool_calls']);
    if (first === undefined || [first, ...others].some(isSignedCall)) return message;
    return { ...message, tool_calls: [{ ...first, extra_content: noSignature }, ...others] };
  });
  return { ...body, messages };
}
