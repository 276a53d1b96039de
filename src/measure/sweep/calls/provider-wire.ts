import type { PoolModel } from '../../models/model.js';
import type { Prompt } from '../../../llm/chat.js';
import type { JsonObject } from '../../../util/json.js';
import { createAnthropicStream } from './anthropic-stream.js';
import { buildAnthropicRequest } from './build-anthropic-request.js';
import { buildOpenAiRequest } from './build-openai-request.js';
import type { CompletionStream } from './completion-stream.js';
import { createOpenAiStream } from './openai-stream.js';

/** A protocol: where a request goes, what is in it, and what the events of its answer mean. */
export interface ProviderWire {
  /** Appended to the base URL. */
  readonly path: string;
  buildHeaders(apiKey: string | undefined): Readonly<Record<string, string>>;
  buildBody(model: PoolModel, prompt: Prompt): JsonObject;
  createStream(elapsedMs: () => number, secrets: readonly (string | undefined)[]): CompletionStream;
}

/** The protocols that a sweep speaks. */
export const providerWires: Readonly<Record<PoolModel['protocol'], ProviderWire>> = {
  openai: {
    path: '/chat/completions',
    buildHeaders: (apiKey): Record<string, string> =>
      apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` },
    buildBody: buildOpenAiRequest,
    createStream: createOpenAiStream,
  },
  anthropic: {
    path: '/messages',
    buildHeaders: (apiKey): Record<string, string> => ({
      'anthropic-version': '2023-06-01',
      ...(apiKey === undefined ? {} : { 'x-api-key': apiKey }),
    }),
    buildBody: buildAnthropicRequest,
    createStream: createAnthropicStream,
  },
};
