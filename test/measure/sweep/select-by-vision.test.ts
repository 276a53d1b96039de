import { describe, expect, it } from 'vitest';
import type { PoolModel } from '../../../src/measure/models/model.js';
import { selectByVision } from '../../../src/measure/sweep/select-by-vision.js';
import { buildExample } from '../../../src/measure/tasks/build-example.js';

const text = buildExample({ prompt: 'What is 2 + 3?' }, {});
const image = buildExample(
  {
    messages: [
      {
        role: 'user',
        content: [
          { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } },
          { type: 'text', text: 'What is this?' },
        ],
      },
    ],
  },
  {},
);

function model(id: string, vision: boolean): PoolModel {
  return {
    id,
    protocol: 'openai',
    baseUrl: 'https://api.example/v1',
    model: id,
    apiKeyEnv: undefined,
    price: { inputPerMillionUsd: 1, outputPerMillionUsd: 2 },
    contextWindow: undefined,
    capabilities: { vision, tools: false, json: false, reasoning: false },
    parameters: {},
    pin: undefined,
    simulated: false,
  } as PoolModel;
}

const models = [model('sees', true), model('reads', false)];
const ids = (selected: readonly PoolModel[]): readonly string[] => selected.map(({ id }) => id);

describe('selectByVision', () => {
  it('leaves out models without vision where every example holds an image', () => {
    const { models: selected, ...rest } = selectByVision(models, [image]);
    expect(ids(selected)).toEqual(['sees']);
    expect(rest).toEqual({ skipped: ['reads'], doubtful: [], imageExamples: 1 });
  });

  it('keeps all models where some examples are of text, and names those in doubt', () => {
    const { models: selected, ...rest } = selectByVision(models, [image, text]);
    expect(ids(selected)).toEqual(['sees', 'reads']);
    expect(rest).toEqual({ skipped: [], doubtful: ['reads'], imageExamples: 1 });
  });

  it('has nothing to say about examples of text', () => {
    const selection = selectByVision(models, [text]);
    expect(selection).toEqual({ models, skipped: [], doubtful: [], imageExamples: 0 });
  });
});
