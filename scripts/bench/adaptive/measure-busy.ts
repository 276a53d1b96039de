import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { checkGrader } from '../../../src/measure/graders/check-grader.js';
import { readLedger } from '../../../src/measure/ledger/ledger.js';
import { practicePoolYaml } from '../../../src/measure/practice/practice-models.js';
import { startPracticeServer } from '../../../src/measure/practice/practice-server.js';
import { readTaskSet } from '../../../src/measure/tasks/read-task-set.js';
import { runCli } from '../../../test/support/run-cli.js';

/** How many calls were in flight, over the time from the first call to the end of the last. */
export interface BusyResult {
  readonly plain: number;
  readonly adaptive: number;
  /** Adaptive over plain. */
  readonly ratio: number;
  readonly adaptiveCells: number;
}

const tasksFile = path.resolve(import.meta.dirname, '../../../datasets/everyday.jsonl');

/** Sweeps the practice pool over HTTP twice, with `dist/`: all cells, and adaptively. */
export async function measureBusy(concurrency: number): Promise<BusyResult> {
  const directory = await mkdtemp(path.join(tmpdir(), 'adaptive-busy-'));
  const { examples } = await readTaskSet(tasksFile, { checkGrader });
  // Some hundred milliseconds a call, so that deciding on a round weighs as with real models.
  const server = await startPracticeServer({ examples, seed: 1, speed: 0.03 });
  try {
    const pool = path.join(directory, 'models.yaml');
    await writeFile(pool, practicePoolYaml(server.url));
    const sweep = async (name: string, options: readonly string[]) => {
      const out = path.join(directory, name);
      const inputs = ['--tasks', tasksFile, '--pool', pool, '--out', out];
      const limits = ['--concurrency', String(concurrency), ...options];
      const { exitCode, stderr } = await runCli(['sweep', ...inputs, ...limits]);
      if (exitCode !== 0) throw new Error(`the ${name} sweep ended with ${exitCode}: ${stderr}`);
      return readMeanInFlight(path.join(out, 'ledger.jsonl'));
    };
    const plain = await sweep('plain', []);
    const adaptive = await sweep('adaptive', ['--adaptive']);
    return {
      plain: plain.inFlight,
      adaptive: adaptive.inFlight,
      ratio: adaptive.inFlight / plain.inFlight,
      adaptiveCells: adaptive.cells,
    };
  } finally {
    await server.close();
    await rm(directory, { recursive: true });
  }
}

async function readMeanInFlight(
  ledger: string,
): Promise<{ readonly inFlight: number; readonly cells: number }> {
  const calls = (await readLedger(ledger)).filter(({ regraded }) => regraded !== true);
  const spans = calls.map(({ startedAt, latencyMs }) => {
    const startMs = Date.parse(startedAt);
    return { startMs, endMs: startMs + (latencyMs ?? 0) };
  });
  const firstMs = spans.reduce((least, { startMs }) => Math.min(least, startMs), Infinity);
  const lastMs = spans.reduce((most, { endMs }) => Math.max(most, endMs), -Infinity);
  const busyMs = spans.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0);
  return { inFlight: busyMs / (lastMs - firstMs), cells: calls.length };
}
