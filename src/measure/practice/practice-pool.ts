import { stringify } from 'yaml';
import { practiceModels } from './practice-models.js';

/** The day of the made-up prices; it never changes, so that runs can be compared. */
const priceDate = '2025-01-01';

/** A pool file (`models.yaml`) for the practice server at a base URL. */
export function practicePoolYaml(baseUrl: string): string {
  const models = practiceModels.map((model) => ({
    id: model.id,
    provider: baseUrl,
    model: model.id,
    price: { input: model.inputPerMillionUsd, output: model.outputPerMillionUsd, date: priceDate },
    contextWindow: 32_000,
    parameters: { temperature: 0, maxTokens: 256 },
    simulated: true,
  }));
  const header = [
    '# SIMULATED models: their answers are made up from the tasks, and so are skills, prices and',
    '# speeds. What is learned from them says nothing about any real model.',
    ...practiceModels.map((model) => `#   ${model.id}: ${model.description}`),
  ];
  return `${header.join('\n')}\n${stringify({ models })}`;
}
