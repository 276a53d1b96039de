import type { Protocol } from '../types.js';
import { readAnthropicUsage } from '../usage.js';
import { buildAnthropicRequest, findInexpressible } from './build-request.js';
import { createAnthropicStreamReader, readAnthropicAnswer } from './read-response.js';

/** Anthropic's Messages. Requests are translated from OpenAI's form. */
export const anthropicProtocol: Protocol = {
  path: '/messages',
  buildHeaders: (apiKey): Record<string, string> => ({
    'anthropic-version': '2023-06-01',
    ...(apiKey === undefined ? {} : { 'x-api-key': apiKey }),
  }),
  buildRequest: buildAnthropicRequest,
  findInexpressible,
  readAnswer: readAnthropicAnswer,
  createStreamReader: createAnthropicStreamReader,
  readUsage: readAnthropicUsage,
};
