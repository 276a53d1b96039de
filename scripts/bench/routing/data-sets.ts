import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  importOutcomes,
  type ImportedOutcomes,
} from '../../../src/measure/outcomes/importers/import-outcomes.js';
import { pickModels } from './pick-models.js';

/** A set of recorded outcomes, with published and earlier figures for comparison. */
export interface RoutingDataSet {
  readonly name: string;
  readonly description: string;
  readonly references: readonly string[];
  /** Folds that hold out whole tasks; undefined for 5 random folds. */
  readonly taskFolds?: number;
  readonly read: () => Promise<ImportedOutcomes>;
}

const routellmPrices = fileURLToPath(new URL('routellm-prices.json', import.meta.url));

/** The data sets found in a folder of recorded outcomes. */
export function findRoutingDataSets(folder: string): RoutingDataSet[] {
  const dataSets: LocatedDataSet[] = [
    {
      name: 'routellm-mmlu',
      description: 'RouteLLM MMLU, 57 subjects, decontaminated; Mixtral-8x7B and GPT-4',
      references: [
        'published best (not in-domain): APGR 0.603, CPT50 35.4 %, CPT80 70.3 %',
        'scikit-learn, same kind of folds: APGR 0.69, CPT50 25.0 %, CPT80 55.4 %',
      ],
      needs: join(folder, 'routellm', 'mmlu'),
      read: () =>
        importOutcomes({
          format: 'routellm',
          files: readdirSync(join(folder, 'routellm', 'mmlu'))
            .filter((file) => file.endsWith('.csv'))
            .sort()
            .map((file) => join(folder, 'routellm', 'mmlu', file)),
          exclude: [join(folder, 'routellm', 'mmlu__contaminated_prompts.jsonl')],
          ...routellmCosts,
        }),
    },
    {
      name: 'routellm-gsm8k',
      description: 'RouteLLM GSM8K, decontaminated; Mixtral-8x7B and GPT-4',
      references: [
        'published best (not in-domain): APGR 0.622, CPT50 33.6 %, CPT80 63.3 %',
        'scikit-learn, same kind of folds: APGR 0.627, CPT50 33.0 %, CPT80 59.1 %',
      ],
      needs: join(folder, 'routellm', 'gsm8k__gsm8k_responses.csv'),
      read: () =>
        importOutcomes({
          format: 'routellm',
          files: [join(folder, 'routellm', 'gsm8k__gsm8k_responses.csv')],
          exclude: [join(folder, 'routellm', 'gsm8k__contaminated_prompts.jsonl')],
          ...routellmCosts,
        }),
    },
    {
      name: 'llmrouter',
      description: 'LLMRouter, 9 open models, 14 tasks, train and test pooled',
      references: ['scikit-learn task mixture: gain +0.042; saved at 99 %: 77 %'],
      needs: join(folder, 'llmrouter', 'train.jsonl.gz'),
      read: () =>
        importOutcomes({
          format: 'outcomes',
          files: ['train.jsonl.gz', 'test.jsonl'].map((file) => join(folder, 'llmrouter', file)),
          dropDuplicatePrompts: true,
          prices: join(folder, 'llmrouter', 'default_llm.json'),
          priceDate: '2025-01-01',
          assumeOutputTokens: 256,
        }),
    },
    {
      name: 'routerbench',
      description: 'RouterBench ARC challenge and MBPP, 11 models, where recorded',
      references: [],
      needs: join(folder, 'routerbench', 'arc_challenge_test.csv'),
      read: () =>
        importOutcomes({
          format: 'routerbench',
          files: ['arc_challenge_test', 'arc_challenge_train', 'mbpp_test', 'mbpp_train'].map(
            (file) => join(folder, 'routerbench', `${file}.csv`),
          ),
        }),
    },
    {
      name: 'bfcl',
      description: 'BFCL function calling, 12 models, grouped by question',
      references: ['scikit-learn task mixture: 0.9082 against 0.9053 of the best single model'],
      needs: join(folder, 'bfcl', 'pool12.jsonl.gz'),
      read: () =>
        importOutcomes({ format: 'outcomes', files: [join(folder, 'bfcl', 'pool12.jsonl.gz')] }),
    },
    {
      name: 'mmlu-pro',
      description: 'MMLU-Pro, 8 models, 14 subjects',
      references: ['scikit-learn ridge stack: gain +0.0165'],
      needs: join(folder, 'mmlu-pro', 'outcomes.jsonl.gz'),
      read: () =>
        importOutcomes({
          format: 'outcomes',
          files: [join(folder, 'mmlu-pro', 'outcomes.jsonl.gz')],
        }),
    },
  ];
  return dataSets.flatMap(listVariants).filter(({ needs }) => existsSync(needs));
}

interface LocatedDataSet extends RoutingDataSet {
  /** A file or folder that it requires. */
  readonly needs: string;
}

/** A data set and, for some, the same with whole tasks held out. */
function listVariants(dataSet: LocatedDataSet): LocatedDataSet[] {
  if (dataSet.name === 'routellm-mmlu') {
    const references = ['scikit-learn: APGR 0.587'];
    return [
      dataSet,
      {
        ...dataSet,
        name: 'routellm-mmlu-subjects-out',
        description: 'the same, ten groups of subjects held out in turn',
        references,
        taskFolds: 10,
      },
    ];
  }
  if (dataSet.name === 'llmrouter') {
    const references = ['unguarded reference: 0.58 to 0.59 against 0.620'];
    return [
      dataSet,
      {
        ...dataSet,
        name: 'llmrouter-task-out',
        description: 'the same, each of the 14 tasks held out in turn',
        references,
        taskFolds: 14,
      },
    ];
  }
  if (dataSet.name === 'mmlu-pro') {
    return [
      dataSet,
      {
        ...dataSet,
        name: 'mmlu-pro-task-out',
        description: 'the same, each of the 14 subjects held out in turn',
        references: [],
        taskFolds: 14,
      },
    ];
  }
  if (dataSet.name === 'bfcl') {
    return [
      dataSet,
      {
        ...dataSet,
        name: 'bfcl-11',
        description: 'the same without gpt-4o-mini, which nearly dominates',
        references: [],
        read: async () => {
          const imported = await dataSet.read();
          const kept = imported.table.models.filter((model) => !model.startsWith('gpt-4o-mini'));
          return { ...imported, table: pickModels(imported.table, kept) };
        },
      },
    ];
  }
  return [dataSet];
}

/** No tokens were recorded: list prices of the time, and as many output tokens for both models. */
const routellmCosts = {
  prices: routellmPrices,
  priceDate: '2024-06-26',
  assumeOutputTokens: 256,
} as const;
