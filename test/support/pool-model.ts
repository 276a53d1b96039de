import type { PoolModel } from '../../src/measure/models/model.js';

/** A model of a pool, ordinary but for what is given. */
export function buildPoolModel(changes: Partial<PoolModel> = {}): PoolModel {
  return {
    id: 'small',
    protocol: 'openai',
    baseUrl: 'http://127.0.0.1:1/v1',
    model: 'small-1',
    apiKeyEnv: undefined,
    price: { inputPerMillionUsd: 1, outputPerMillionUsd: 2, date: '2025-01-01' },
    contextWindow: undefined,
    capabilities: { vision: false, tools: false, json: false, reasoning: false },
    parameters: {},
    pin: undefined,
    simulated: false,
    ...changes,
  };
}
