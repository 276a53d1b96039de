import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const modelCount = 10;

/** The files of a grid of `cells` cells over ten models. */
export function writeGrid(
  directory: string,
  cells: number,
  baseUrl: string,
): { readonly tasks: string; readonly pool: string } {
  const tasks = join(directory, `tasks-${cells}.jsonl`);
  const pool = join(directory, 'models.yaml');
  const lines = Array.from({ length: cells / modelCount }, (_, index) =>
    JSON.stringify({
      id: `task-${index}`,
      prompt: `Question ${index}: what is 2 + 2?`,
      task: 'arithmetic',
      reference: '4',
      grader: 'contains',
    }),
  );
  writeFileSync(tasks, `${lines.join('\n')}\n`);
  const models = Array.from({ length: modelCount }, (_, index) => ({
    id: `model-${index}`,
    provider: baseUrl,
    model: `model-${index}`,
    price: { input: 1, output: 2, date: '2026-01-01' },
    parameters: { temperature: 0, maxTokens: 256 },
  }));
  writeFileSync(pool, JSON.stringify({ models }));
  return { tasks, pool };
}
