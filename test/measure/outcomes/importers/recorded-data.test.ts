import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  importOutcomes,
  type ImportOptions,
} from '../../../../src/measure/outcomes/importers/import-outcomes.js';
import { meanQualities } from '../table-cells.js';

/** Published outcomes of real models, which are not part of this project. */
const dataFolder =
  process.env['ROUTESMITH_DATA'] ?? resolve(import.meta.dirname, '../../../../../shared/data');
const isThere = existsSync(dataFolder);
if (!isThere) {
  console.warn(`skipped: no recorded data in ${dataFolder} (set ROUTESMITH_DATA to its folder)`);
}
const at = (path: string): string => resolve(dataFolder, path);

async function importShape(options: ImportOptions) {
  const { table, report } = await importOutcomes(options);
  const means = [...meanQualities(table)].sort((a, b) => b[1] - a[1]);
  const missing = table.quality.filter((quality) => Number.isNaN(quality)).length;
  const tasks = new Set(table.prompts.map(({ task }) => task)).size;
  return { table, report, means, missing, tasks };
}

describe.skipIf(!isThere)('importOutcomes of published data', () => {
  it('reads RouteLLM MMLU: 14,042 prompts of 57 subjects, less 5 contaminated ones', async () => {
    const { table, report, means, missing, tasks } = await importShape({
      format: 'routellm',
      files: [at('routellm/mmlu')],
      exclude: [at('routellm/mmlu__contaminated_prompts.jsonl')],
    });
    expect(report).toMatchObject({ rows: 14_042, badRows: 0 });
    expect(report.notes).toContain('excluded 5 prompts on the exclusion list');
    expect(table.prompts).toHaveLength(14_037);
    expect([tasks, missing]).toEqual([57, 0]);
    expect(means[0]).toEqual(['gpt-4-1106-preview', expect.closeTo(0.8059, 3)]);
    expect(means[1]?.[1]).toBeCloseTo(0.6809, 3);
  });

  it('reads RouteLLM GSM8K: 1,319 prompts, less 12 contaminated ones', async () => {
    const { table, report, means } = await importShape({
      format: 'routellm',
      files: [at('routellm/gsm8k__gsm8k_responses.csv')],
      exclude: [at('routellm/gsm8k__contaminated_prompts.jsonl')],
      task: 'gsm8k',
    });
    expect(report).toMatchObject({ rows: 1_319, badRows: 0 });
    expect(table.prompts).toHaveLength(1_307);
    expect(report.notes).toContain('excluded 12 prompts on the exclusion list');
    expect(means.map(([, mean]) => mean)).toEqual([
      expect.closeTo(0.8577, 3),
      expect.closeTo(0.6373, 3),
    ]);
  });

  it('reads LLMRouter pooled and without copies: 5,989 prompts, 9 models', async () => {
    const { table, report, means, missing, tasks } = await importShape({
      format: 'outcomes',
      files: [at('llmrouter/train.jsonl.gz'), at('llmrouter/test.jsonl')],
      dropDuplicatePrompts: true,
      prices: at('llmrouter/default_llm.json'),
      priceDate: '2026-01-01',
      assumeOutputTokens: 200,
    });
    expect(report).toMatchObject({ rows: 6_108, badRows: 0 });
    expect([table.prompts.length, table.models.length]).toEqual([5_989, 9]);
    expect([tasks, missing]).toEqual([14, 0]);
    expect(means[0]?.[1]).toBeCloseTo(0.6197, 4);
    expect(table.costBasis).toBe('assumed_tokens');
    expect(table.costUsd.some((cost) => Number.isNaN(cost))).toBe(false);
  });

  it('reads BFCL: 1,700 prompts with tools, 12 models, costs and latencies', async () => {
    const { table, report, means, missing, tasks } = await importShape({
      format: 'outcomes',
      files: [at('bfcl')],
    });
    expect(report).toMatchObject({ rows: 1_700, badRows: 0 });
    expect([table.prompts.length, table.models.length]).toEqual([1_700, 12]);
    expect([tasks, missing]).toEqual([12, 0]);
    expect(means[0]?.[1]).toBeCloseTo(0.9053, 4);
    expect(table.prompts.every(({ prompt }) => typeof prompt !== 'string')).toBe(true);
    expect(table.costBasis).toBe('recorded');
    expect(table.latencyMs.every((latency) => latency > 0)).toBe(true);
  });

  it('reads RouterBench: 1,911 rows, 14 pairs of which complete each other', async () => {
    const { table, report, means, missing, tasks } = await importShape({
      format: 'routerbench',
      files: [at('routerbench')],
    });
    expect(report).toMatchObject({ rows: 1_911, badRows: 0 });
    expect(report.notes).toContain('missing scores: 154, in 28 rows');
    expect([table.prompts.length, table.models.length]).toEqual([1_897, 11]);
    expect([tasks, missing]).toEqual([2, 0]);
    expect(means[0]).toEqual(['gpt-4-1106-preview', expect.closeTo(0.894, 3)]);
    expect(table.costUsd.some((cost) => Number.isNaN(cost))).toBe(false);
  });
});
