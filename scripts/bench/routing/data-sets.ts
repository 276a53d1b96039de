import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  importOutcomes,
  type ImportedOutcomes,
} from '../../../src/measure/outcomes/importers/import-outcomes.js';
import { keepModels } from '../../../src/measure/outcomes/select-models.js';

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

/** The data sets found in a folder of recorded outcomes, some followed by a variant. */
export function findRoutingDataSets(folder: string): RoutingDataSet[] {
  const found = listDataSets(folder).filter(({ needs }) => existsSync(needs));
  return found.flatMap((dataSet) => {
    const variant = variants[dataSet.name]?.(dataSet);
    return variant === undefined ? [dataSet] : [dataSet, { ...dataSet, ...variant }];
  });
}

interface LocatedDataSet extends RoutingDataSet {
  /** A file or folder that it requires. */
  readonly needs: string;
}

function listDataSets(folder: string): LocatedDataSet[] {
  const locate = (...path: readonly string[]): string => join(folder, ...path);
  const bfcl = locate('bfcl', 'pool12.jsonl.gz');
  const mmluPro = locate('mmlu-pro', 'outcomes.jsonl.gz');
  return [
    ...listRoutellmSets((...path) => locate('routellm', ...path)),
    {
      name: 'llmrouter',
      description: 'LLMRouter, 9 open models, 14 tasks, train and test pooled',
      references: ['scikit-learn task mixture: gain +0.042; saved at 99 %: 77 %'],
      needs: locate('llmrouter', 'train.jsonl.gz'),
      read: () =>
        importOutcomes({
          format: 'outcomes',
          files: ['train.jsonl.gz', 'test.jsonl'].map((file) => locate('llmrouter', file)),
          dropDuplicatePrompts: true,
          prices: locate('llmrouter', 'default_llm.json'),
          priceDate: '2025-01-01',
          assumeOutputTokens: 256,
        }),
    },
    {
      name: 'routerbench',
      description: 'RouterBench ARC challenge and MBPP, 11 models, where recorded',
      references: [],
      needs: locate('routerbench', 'arc_challenge_test.csv'),
      read: () =>
        importOutcomes({
          format: 'routerbench',
          files: ['arc_challenge_test', 'arc_challenge_train', 'mbpp_test', 'mbpp_train'].map(
            (file) => locate('routerbench', `${file}.csv`),
          ),
        }),
    },
    {
      name: 'bfcl',
      description: 'BFCL function calling, 12 models, grouped by question',
      references: ['scikit-learn task mixture: 0.9082 against 0.9053 of the best single model'],
      needs: bfcl,
      read: () => importOutcomes({ format: 'outcomes', files: [bfcl] }),
    },
    {
      name: 'mmlu-pro',
      description: 'MMLU-Pro, 8 models, 14 subjects',
      references: ['scikit-learn ridge stack: gain +0.0165'],
      needs: mmluPro,
      read: () => importOutcomes({ format: 'outcomes', files: [mmluPro] }),
    },
  ];
}

function listRoutellmSets(locate: (...path: readonly string[]) => string): LocatedDataSet[] {
  const mmlu = locate('mmlu');
  const gsm8k = locate('gsm8k__gsm8k_responses.csv');
  return [
    {
      name: 'routellm-mmlu',
      description: 'RouteLLM MMLU, 57 subjects, decontaminated; Mixtral-8x7B and GPT-4',
      references: [
        'published best (not in-domain): APGR 0.603, CPT50 35.4 %, CPT80 70.3 %',
        'scikit-learn, same kind of folds: APGR 0.69, CPT50 25.0 %, CPT80 55.4 %',
      ],
      needs: mmlu,
      read: () =>
        importOutcomes({
          format: 'routellm',
          files: readdirSync(mmlu)
            .filter((file) => file.endsWith('.csv'))
            .sort()
            .map((file) => join(mmlu, file)),
          exclude: [locate('mmlu__contaminated_prompts.jsonl')],
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
      needs: gsm8k,
      read: () =>
        importOutcomes({
          format: 'routellm',
          files: [gsm8k],
          exclude: [locate('gsm8k__contaminated_prompts.jsonl')],
          ...routellmCosts,
        }),
    },
  ];
}

/** By name of the data set, what its variant has instead: mostly whole tasks that are held out. */
const variants: Readonly<Record<string, (dataSet: RoutingDataSet) => Partial<RoutingDataSet>>> = {
  'routellm-mmlu': () => ({
    name: 'routellm-mmlu-subjects-out',
    description: 'the same, ten groups of subjects held out in turn',
    references: ['scikit-learn: APGR 0.587'],
    taskFolds: 10,
  }),
  llmrouter: () => ({
    name: 'llmrouter-task-out',
    description: 'the same, each of the 14 tasks held out in turn',
    references: ['unguarded reference: 0.58 to 0.59 against 0.620'],
    taskFolds: 14,
  }),
  'mmlu-pro': () => ({
    name: 'mmlu-pro-task-out',
    description: 'the same, each of the 14 subjects held out in turn',
    references: [],
    taskFolds: 14,
  }),
  bfcl: ({ read }) => ({
    name: 'bfcl-11',
    description: 'the same without gpt-4o-mini, which nearly dominates',
    references: [],
    read: async () => {
      const imported = await read();
      const { table } = imported;
      const kept = table.models.filter((model) => !model.startsWith('gpt-4o-mini'));
      return { ...imported, table: keepModels(table, new Set(kept)) };
    },
  }),
};

/** No tokens were recorded: list prices of the time, and as many output tokens for both models. */
const routellmCosts = {
  prices: routellmPrices,
  priceDate: '2024-06-26',
  assumeOutputTokens: 256,
} as const;
