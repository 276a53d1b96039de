import type { WrittenEvent } from '../../llm/answer-writer.js';
import type { ProtocolName } from '../../llm/protocol.js';
import type { JsonObject } from '../../util/json.js';
import type { GatewayError } from './gateway-error.js';

/** The body of an error in the caller's protocol. */
export function writeErrorBody(
  error: GatewayError,
  protocol: ProtocolName,
  id: string,
): JsonObject {
  const { message, code, status, details } = error;
  if (protocol === 'anthropic') {
    return {
      type: 'error',
      error: { type: findAnthropicType(status), message, code },
      request_id: id,
    };
  }
  return {
    error: { message, type: findOpenAiType(status), param: details.param ?? null, code },
  };
}

/** An error as the last event of a stream. */
export function writeErrorEvent(
  error: GatewayError,
  protocol: ProtocolName,
  id: string,
): WrittenEvent {
  const data = writeErrorBody(error, protocol, id);
  return protocol === 'anthropic' ? { type: 'error', data } : { data };
}

/** As OpenAI names its errors (platform.openai.com/docs/guides/error-codes). */
function findOpenAiType(status: number): string {
  switch (status) {
    case 401:
      return 'authentication_error';
    case 403:
      return 'permission_error';
    case 429:
      return 'rate_limit_error';
    default:
      return status >= 500 ? 'server_error' : 'invalid_request_error';
  }
}

/** As Anthropic names its errors (docs.anthropic.com/en/api/errors). */
function findAnthropicType(status: number): string {
  switch (status) {
    case 401:
      return 'authentication_error';
    case 403:
      return 'permission_error';
    case 404:
      return 'not_found_error';
    case 413:
      return 'request_too_large';
    case 429:
      return 'rate_limit_error';
    case 503:
      return 'overloaded_error';
    case 504:
      return 'timeout_error';
    default:
      return status >= 500 ? 'api_error' : 'invalid_request_error';
  }
}
