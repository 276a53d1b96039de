import { readAnthropicRequest } from '../../llm/anthropic/read-request.js';
import { UnreadableRequestError, type CallerRequest } from '../../llm/caller-request.js';
import { readOpenAiRequest } from '../../llm/openai/read-request.js';
import type { ProtocolName } from '../../llm/protocol.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../../util/json.js';
import { GatewayError } from './gateway-error.js';

/** A request for an answer. */
export interface ChatCall {
  readonly request: CallerRequest;
  readonly isStream: boolean;
  /** Whether the usage of a stream is to be in a chunk of its own. */
  readonly hasUsageChunk: boolean;
}

/**
 * Reads a request for an answer from a body, without its controls.
 *
 * @throws GatewayError `invalid_request` that names the member
 */
export function readChat(protocol: ProtocolName, body: JsonObject): ChatCall {
  const { routesmith: _controls, stream = null, ...others } = body;
  if (stream !== null && typeof stream !== 'boolean') {
    throw new GatewayError('invalid_request', 'stream: must be true or false.', {
      param: 'stream',
    });
  }
  const isStream = stream === true;
  if (protocol === 'anthropic') {
    return { request: read(readAnthropicRequest, others), isStream, hasUsageChunk: false };
  }
  const { stream_options: options = null, ...members } = others;
  const hasUsageChunk = isJsonObject(options) && options['include_usage'] === true;
  return {
    request: read(readOpenAiRequest, { ...members, ...keepOptions(options, isStream) }),
    isStream,
    hasUsageChunk,
  };
}

/** Usage is always asked for, so only options besides it are kept. */
function keepOptions(options: JsonValue, isStream: boolean): JsonObject {
  if (!isStream || !isJsonObject(options)) return {};
  const { include_usage: _usage, ...others } = options;
  if (Object.keys(others).length === 0) return {};
  return { stream_options: { ...others, include_usage: true } };
}

function read(reader: (body: JsonObject) => CallerRequest, body: JsonObject): CallerRequest {
  try {
    return reader(body);
  } catch (error) {
    if (!(error instanceof UnreadableRequestError)) throw error;
    const { member: param, problem } = error;
    throw new GatewayError('invalid_request', `${param}: ${problem}.`, { param });
  }
}
