import { closeSync, openSync, writeSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkGrader } from '../../../src/measure/graders/check-grader.js';
import { gradeAnswer, computeGradeKey } from '../../../src/measure/graders/grade-answer.js';
import { readPool } from '../../../src/measure/models/read-pool.js';
import type { LedgerEntry } from '../../../src/measure/ledger/ledger-entry.js';
import { planSweep } from '../../../src/measure/sweep/plan-sweep.js';
import { readTaskSet } from '../../../src/measure/tasks/read-task-set.js';
import { readCpuSeconds, startProgram, type BenchServer } from './run-program.js';
import { writeGrid } from './grid.js';

const cli = fileURLToPath(new URL('../../../dist/cli.js', import.meta.url));
const settledShare = 0.99;

export interface ResumeResult {
  /** From the start of the program to its first call. */
  readonly resumeSeconds: number;
  /** How long a plain loop takes that reads the same ledger and parses each line. */
  readonly parseSeconds: number;
  /** `resumeSeconds / parseSeconds`. */
  readonly parseRatio: number;
  /** Processor time until then, by all threads: what a busy machine adds is the difference. */
  readonly cpuSeconds: number;
  readonly peakMb: number;
  readonly ledgerMb: number;
  readonly wallSeconds: number;
}

/** Resumes a run of which all but one cell in a hundred are settled. */
export async function benchResume(
  server: BenchServer,
  directory: string,
  cells: number,
): Promise<ResumeResult> {
  const grid = writeGrid(directory, cells, server.baseUrl(5));
  const runDirectory = join(directory, 'resume');
  await mkdir(runDirectory);
  const ledgerFile = join(runDirectory, 'ledger.jsonl');
  const ledgerMb = await writeLedger(grid, ledgerFile, cells * settledShare);
  const parseSeconds = await timePlainLoop(ledgerFile, join(directory, 'parse.usage.json'));
  await server.reset();
  const args = ['sweep', '--tasks', grid.tasks, '--pool', grid.pool, '--out', runDirectory];
  const program = startProgram(
    [cli, ...args, '--concurrency', '200', '--json'],
    join(directory, 'resume.usage.json'),
  );
  let cpuSeconds: number | undefined;
  const look = async (): Promise<void> => {
    const { firstMs } = await server.read();
    if (firstMs !== undefined) cpuSeconds ??= readCpuSeconds(program.pid);
  };
  const timer = setInterval(() => void look(), 50);
  const usage = await program.ended;
  clearInterval(timer);
  if (usage.exitCode !== 0) throw new Error(`the sweep failed: ${usage.output}`);
  const { served, firstMs = Number.NaN } = await server.reset();
  const expected = Math.round(cells * (1 - settledShare));
  if (served !== expected) throw new Error(`${served} calls were served instead of ${expected}`);
  const resumeSeconds = (firstMs - program.startedMs) / 1000;
  return {
    resumeSeconds,
    parseSeconds,
    parseRatio: resumeSeconds / parseSeconds,
    cpuSeconds: cpuSeconds ?? Number.NaN,
    peakMb: usage.peakMb,
    ledgerMb,
    wallSeconds: usage.wallMs / 1000,
  };
}

/** Times the floor in a process of its own, as the sweep is timed. */
async function timePlainLoop(ledgerFile: string, usageFile: string): Promise<number> {
  const loop = fileURLToPath(new URL('./parse-lines.js', import.meta.url));
  const { exitCode, output, wallMs } = await startProgram([loop, ledgerFile], usageFile).ended;
  if (exitCode !== 0) throw new Error(`the plain loop failed: ${output}`);
  return wallMs / 1000;
}

/** Writes the ledger that a sweep of the plan's first cells would have left. */
async function writeLedger(
  grid: { readonly tasks: string; readonly pool: string },
  file: string,
  settledCells: number,
): Promise<number> {
  const { examples } = await readTaskSet(grid.tasks, { checkGrader });
  const { models } = await readPool(grid.pool);
  const plan = planSweep({ examples, models, repeats: 1, seed: 0 });
  const descriptor = openSync(file, 'w');
  let bytes = 0;
  let lines: string[] = [];
  for (const number of plan.order.subarray(0, settledCells)) {
    const { example, model, ...cell } = plan.buildCell(number);
    const answer = 'The answer to this question is 4.';
    const entry: LedgerEntry = {
      version: 1,
      cellKey: cell.cellKey,
      taskId: example.id,
      promptHash: cell.promptHash,
      model: model.id,
      repeat: cell.repeat,
      outcome: 'answered',
      answer,
      grade: await gradeAnswer(example, answer),
      gradeKey: computeGradeKey(example, answer),
      usage: {
        inputTokens: 20,
        cachedInputTokens: 0,
        cacheWriteTokens: 0,
        outputTokens: 8,
        reasoningTokens: 0,
      },
      rawUsage: { prompt_tokens: 20, completion_tokens: 8, total_tokens: 28 },
      costUsd: 0.000036,
      costSource: 'price_table',
      ttftMs: 251.123456,
      firstContentMs: 251.123456,
      latencyMs: 502.123456,
      queueMs: 0.012345,
      inFlight: 20,
      startedAt: '2026-01-01T00:00:00.000Z',
      failedAttempts: [],
      finishReason: 'stop',
      servedModel: model.id,
      error: null,
      simulated: false,
    };
    lines.push(JSON.stringify(entry));
    if (lines.length < 2000) continue;
    bytes += writeSync(descriptor, `${lines.join('\n')}\n`);
    lines = [];
  }
  if (lines.length > 0) bytes += writeSync(descriptor, `${lines.join('\n')}\n`);
  closeSync(descriptor);
  return bytes / 1e6;
}
