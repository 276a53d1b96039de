import { anthropicProtocol } from './anthropic/protocol.js';
import { openAiProtocol } from './openai/protocol.js';
import type { Protocol } from './types.js';

/** The API that a protocol is of. */
export type ProtocolName = 'openai' | 'anthropic';

/** The protocols that the sweep and the router speak. */
export const protocols: Readonly<Record<ProtocolName, Protocol>> = {
  openai: openAiProtocol,
  anthropic: anthropicProtocol,
};
