import { stringify } from 'yaml';
import type { JsonObject } from '../../util/json.js';

/** A simulated model for practice. Its price and skills resemble those of real models. */
export interface PracticeModel {
  readonly id: string;
  readonly description: string;
  readonly inputPerMillionUsd: number;
  readonly outputPerMillionUsd: number;
  readonly ttftMs: number;
  readonly msPerToken: number;
  /** The share of right answers by task label, for prompts of typical length. */
  readonly skills: ReadonlyMap<string, number>;
  /** Its mean skill at labels that are not in the table. */
  readonly otherSkill: number;
  /** How much the skill drops each time the length of a prompt doubles. */
  readonly lossPerDoubling: number;
}

const labels = [
  'arithmetic',
  'unit-conversion',
  'logic',
  'code-reading',
  'sentiment',
  'topic',
  'extraction',
  'translation',
] as const;

/** Maps a label to the label whose skill it shares. */
const relatedLabels: ReadonlyMap<string, (typeof labels)[number]> = new Map([
  ['math', 'arithmetic'],
  ['maths', 'arithmetic'],
  ['reasoning', 'logic'],
  ['code', 'code-reading'],
  ['coding', 'code-reading'],
  ['sql', 'code-reading'],
  ['classification', 'topic'],
  ['translate', 'translation'],
  ['extract', 'extraction'],
]);

/** The label to look up a skill with. */
export function canonicalLabel(label: string): string {
  return relatedLabels.get(label.toLowerCase()) ?? label.toLowerCase();
}

/** Skills in the order of `labels`. */
function skillTable(...skills: readonly number[]): ReadonlyMap<string, number> {
  return new Map(labels.map((label, index) => [label, skills[index] as number]));
}

/**
 * The five simulated models. The expensive one is the best on average. For most labels another
 * model is clearly better, or as good and much cheaper.
 */
export const practiceModels: readonly PracticeModel[] = [
  {
    id: 'practice/feather',
    description: 'very cheap and fast; good at easy labels',
    inputPerMillionUsd: 0.1,
    outputPerMillionUsd: 0.4,
    ttftMs: 2,
    msPerToken: 0.1,
    skills: skillTable(0.52, 0.6, 0.38, 0.3, 0.87, 0.84, 0.68, 0.55),
    otherSkill: 0.55,
    lossPerDoubling: 0.05,
  },
  {
    id: 'practice/clerk',
    description: 'cheap; reads, sorts and converts carefully',
    inputPerMillionUsd: 0.3,
    outputPerMillionUsd: 1.2,
    ttftMs: 4,
    msPerToken: 0.2,
    skills: skillTable(0.66, 0.94, 0.46, 0.4, 0.8, 0.93, 0.95, 0.6),
    otherSkill: 0.62,
    lossPerDoubling: 0.03,
  },
  {
    id: 'practice/polyglot',
    description: 'mid-priced; good at languages and sentiment',
    inputPerMillionUsd: 0.8,
    outputPerMillionUsd: 2.4,
    ttftMs: 5,
    msPerToken: 0.3,
    skills: skillTable(0.45, 0.6, 0.48, 0.35, 0.94, 0.82, 0.7, 0.96),
    otherSkill: 0.62,
    lossPerDoubling: 0.03,
  },
  {
    id: 'practice/coder',
    description: 'mid-priced; good at code and numbers',
    inputPerMillionUsd: 1.2,
    outputPerMillionUsd: 4.8,
    ttftMs: 6,
    msPerToken: 0.3,
    skills: skillTable(0.86, 0.8, 0.74, 0.96, 0.55, 0.58, 0.78, 0.42),
    otherSkill: 0.64,
    lossPerDoubling: 0.02,
  },
  {
    id: 'practice/scholar',
    description: 'expensive and slow; good at everything, best at hard labels',
    inputPerMillionUsd: 5,
    outputPerMillionUsd: 20,
    ttftMs: 10,
    msPerToken: 0.6,
    skills: skillTable(0.95, 0.83, 0.93, 0.82, 0.76, 0.74, 0.72, 0.78),
    otherSkill: 0.8,
    lossPerDoubling: 0.01,
  },
];

/** The date of the simulated prices. It never changes, so that runs can be compared. */
const priceDate = '2025-01-01';

/** The models as OpenRouter's list would have them: prices are texts of USD per token. */
export function listPracticeModels(): readonly JsonObject[] {
  const perToken = (perMillion: number): string => String(perMillion / 1_000_000);
  return practiceModels.map((model) => ({
    id: model.id,
    object: 'model',
    simulated: true,
    context_length: 32_000,
    pricing: {
      prompt: perToken(model.inputPerMillionUsd),
      completion: perToken(model.outputPerMillionUsd),
    },
  }));
}

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
    '# SIMULATED models: their answers, skills, prices and speeds are made up. Results say nothing',
    '# about any real model.',
    ...practiceModels.map((model) => `#   ${model.id}: ${model.description}`),
  ];
  return `${header.join('\n')}\n${stringify({ models })}`;
}
