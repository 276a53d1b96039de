import {
  convertMessages,
  convertTool,
  InexpressibleError,
  joinSystemMessages,
} from '../../llm/anthropic-messages.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../../util/json.js';
import type { Endpoint } from './endpoint.js';
import type { RouterRequest } from './router-request.js';

/** Members of a request that have a counterpart in Anthropic's Messages. */
const expressible: ReadonlySet<string> = new Set([
  'messages',
  'tools',
  'tool_choice',
  'max_tokens',
  'max_completion_tokens',
  'temperature',
  'top_p',
  'stop',
  'user',
  'stream_options',
]);

/**
 * What of an OpenAI request Anthropic's Messages have no words for, as a sentence, or undefined.
 * Nothing is left out of a request in silence: an endpoint that cannot take all of it is not asked.
 */
export function findInexpressible(request: RouterRequest): string | undefined {
  const member = Object.keys(request).find(
    (name) => request[name] !== undefined && !expressible.has(name),
  );
  if (member !== undefined) return `Anthropic Messages have no "${member.slice(0, 60)}"`;
  if (typeof request['temperature'] === 'number' && request['temperature'] > 1) {
    return 'Anthropic Messages take no temperature above 1';
  }
  try {
    convertMessages(request.messages);
    (request.tools ?? []).forEach(convertTool);
    convertToolChoice(request['tool_choice'] as JsonValue | undefined);
    return undefined;
  } catch (error) {
    if (error instanceof InexpressibleError) return error.message;
    throw error;
  }
}

/** The request as a body for Anthropic's Messages. System messages come first, joined. */
export function buildAnthropicBody(
  request: RouterRequest,
  endpoint: Endpoint,
  stream: boolean,
): JsonObject {
  const stop = request['stop'];
  const user = request['user'];
  const choice = convertToolChoice(request['tool_choice'] as JsonValue | undefined);
  const members: Record<string, unknown> = {
    ...endpoint.parameters,
    model: endpoint.model,
    messages: convertMessages(request.messages),
    system: joinSystemMessages(request.messages),
    max_tokens:
      request['max_completion_tokens'] ??
      request['max_tokens'] ??
      (endpoint.kind === 'anthropic' ? endpoint.maxTokens : undefined),
    temperature: request['temperature'] ?? endpoint.parameters?.['temperature'],
    top_p: request['top_p'] ?? endpoint.parameters?.['top_p'],
    stop_sequences: typeof stop === 'string' ? [stop] : (stop ?? undefined),
    tools: request.tools?.map(convertTool),
    tool_choice: choice,
    metadata: typeof user === 'string' ? { user_id: user } : endpoint.parameters?.['metadata'],
    stream,
  };
  return Object.fromEntries(
    Object.entries(members).filter(([, value]) => value !== undefined),
  ) as JsonObject;
}

function convertToolChoice(choice: JsonValue | undefined): JsonObject | undefined {
  if (choice === undefined || choice === null) return undefined;
  if (choice === 'auto' || choice === 'none') return { type: choice };
  if (choice === 'required') return { type: 'any' };
  const named = isJsonObject(choice) ? choice['function'] : undefined;
  if (isJsonObject(named) && typeof named['name'] === 'string') {
    return { type: 'tool', name: named['name'] };
  }
  throw new InexpressibleError('Anthropic Messages have no such choice of a tool');
}
