import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startProgram, type ProgramUsage, type RunningProgram } from '../sweep/run-program.js';

export const cli = fileURLToPath(new URL('../../../dist/cli.js', import.meta.url));

export interface FleetSettings {
  readonly postgresUrl: string;
  readonly schema: string;
  readonly directory: string;
  readonly tasks: string;
  readonly pool: string;
  readonly workers: number;
  /** Of each worker. */
  readonly concurrency: number;
}

/** Starts the coordinator of a sweep. */
export function startCoordinator(fleet: FleetSettings): RunningProgram {
  const { postgresUrl, schema, directory, tasks, pool } = fleet;
  const out = join(directory, schema);
  const args = ['sweep', '--tasks', tasks, '--pool', pool, '--out', out, '--json'];
  const queue = ['--queue', postgresUrl, '--queue-schema', schema];
  return startProgram([cli, ...args, ...queue], join(directory, `${schema}.usage.json`));
}

/** Starts the workers of a sweep; they end by `SIGTERM`. */
export function startWorkers(fleet: FleetSettings): RunningProgram[] {
  const { postgresUrl, schema, directory, workers, concurrency } = fleet;
  return Array.from({ length: workers }, (_, index) => {
    const name = join(directory, `${schema}-worker-${index}`);
    const args = ['worker', '--queue', postgresUrl, '--queue-schema', schema, '--spool', name];
    return startProgram([cli, ...args, '--concurrency', String(concurrency)], `${name}.usage.json`);
  });
}

/** Runs a sweep with workers to its end. */
export async function runFleet(
  fleet: FleetSettings,
): Promise<{ readonly coordinator: ProgramUsage; readonly workers: readonly ProgramUsage[] }> {
  const running = startWorkers(fleet);
  const coordinator = await startCoordinator(fleet).ended;
  if (coordinator.exitCode !== 0) throw new Error(`the sweep failed: ${coordinator.output}`);
  for (const { pid } of running) process.kill(pid, 'SIGTERM');
  return { coordinator, workers: await Promise.all(running.map(({ ended }) => ended)) };
}

/** Writes a grid of cells over so many models. */
export function writeQueueGrid(
  directory: string,
  cells: number,
  models: number,
  baseUrl: string,
): { readonly tasks: string; readonly pool: string } {
  const tasks = join(directory, `tasks-${cells}-${models}.jsonl`);
  const pool = join(directory, `models-${models}.yaml`);
  const lines = Array.from({ length: cells / models }, (_, index) =>
    JSON.stringify({
      id: `task-${index}`,
      prompt: `Question ${index}: what is 2 + 2?`,
      task: 'arithmetic',
      reference: '4',
      grader: 'contains',
    }),
  );
  writeFileSync(tasks, `${lines.join('\n')}\n`);
  const entries = Array.from({ length: models }, (_, index) => ({
    id: `model-${index}`,
    provider: baseUrl,
    model: `model-${index}`,
    price: { input: 1, output: 2, date: '2026-01-01' },
    parameters: { temperature: 0, maxTokens: 256 },
  }));
  writeFileSync(pool, JSON.stringify({ models: entries }));
  return { tasks, pool };
}
