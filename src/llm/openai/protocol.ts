import type { Protocol } from '../types.js';
import { readOpenAiUsage } from '../usage.js';
import { buildOpenAiRequest } from './build-request.js';
import { createOpenAiStreamReader, readOpenAiAnswer } from './read-response.js';

/** OpenAI's chat completions, and every server that speaks the same. */
export const openAiProtocol: Protocol = {
  path: '/chat/completions',
  buildHeaders: (apiKey): Record<string, string> =>
    apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` },
  buildRequest: buildOpenAiRequest,
  findInexpressible: () => undefined,
  readAnswer: readOpenAiAnswer,
  createStreamReader: createOpenAiStreamReader,
  readUsage: readOpenAiUsage,
};
