import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import Table from 'cli-table3';
import { median } from 'simple-statistics';
import { gradeAnswer } from '../../../src/measure/graders/grade-answer.js';
import type { LedgerEntry } from '../../../src/measure/ledger/ledger-entry.js';
import { readLedger } from '../../../src/measure/ledger/ledger.js';
import { runSweep } from '../../../src/measure/sweep/run-sweep.js';
import type { Example } from '../../../src/measure/tasks/example.js';
import { buildPoolModel } from '../../../test/support/pool-model.js';
import { say, startScriptedServer } from '../../../test/support/scripted-server.js';
import { buildExample, buildTaskSet } from '../../../test/support/task-set.js';
import { compactTable } from '../../bench/compact-table.js';
import type { Part } from './part.js';
import { slowAnswers } from './slow-answers.js';

const ordinaryCount = 400;
const serverMs = 20;
const maxDelayMs = 50;
const resolutionMs = 5;

interface AnsweredTask {
  readonly example: Example;
  readonly answer: string;
}

const slow: readonly AnsweredTask[] = slowAnswers.map(
  ({ grader, reference, options, answer }, index) => ({
    example: buildExample(`slow ${index}`, {
      prompt: `slow ${index}`,
      reference,
      grader: { name: grader, options },
    }),
    answer,
  }),
);
const ordinary: readonly AnsweredTask[] = Array.from({ length: ordinaryCount }, (_, index) => ({
  example: buildExample(`ordinary ${index}`, {
    prompt: `ordinary ${index}`,
    reference: index,
    grader: { name: 'numeric', options: {} },
  }),
  answer: `The answer is ${index}.`,
}));

interface Measured {
  readonly name: string;
  readonly cells: number;
  readonly seconds: number;
  /** How late the event loop's timers were, the interval between two of them included. */
  readonly delayMs: { readonly p99: number; readonly max: number };
  /** Of the ordinary tasks; null where there are none. */
  readonly medianTtftMs: number | null;
  readonly entries: readonly LedgerEntry[];
}

/**
 * Sweeps answers that are at the limits of every grader, ordinary answers, and both together, and
 * measures how long the event loop is held up. The server is in the same process, so that its work is
 * part of the delays.
 */
export const checkGraderStalls: Part = async () => {
  // What is loaded once, and bundled where this runs from its sources, is no answer's.
  await gradeAnswer(buildExample('0', { grader: { name: 'regex', options: {} } }), '4');
  const sweeps = [
    await measure('answers at the limits', slow),
    await measure('ordinary answers', ordinary),
    await measure('both together', [...slow, ...ordinary]),
  ];
  const failures = sweeps.flatMap((one) => [...findStalls(one), ...findWrongGrades(one)]);
  return {
    report: describe(sweeps),
    failures,
    results: sweeps.map(({ entries, ...figures }) => ({
      ...figures,
      grades: countGrades(entries),
    })),
  };
};

async function measure(name: string, tasks: readonly AnsweredTask[]): Promise<Measured> {
  const answers = new Map(tasks.map(({ example, answer }) => [example.prompt, answer]));
  const server = await startScriptedServer((response, { body }) => {
    const [message] = body['messages'] as readonly [{ readonly content: string }];
    const reply = say(answers.get(message.content) ?? '');
    setTimeout(() => void reply(response, { index: 0, path: '', headers: {}, body }), serverMs);
  });
  const runDirectory = await mkdtemp(join(tmpdir(), 'grader-stalls-'));
  const delays = monitorEventLoopDelay({ resolution: resolutionMs });
  try {
    const startMs = performance.now();
    delays.enable();
    await runSweep({
      taskSet: buildTaskSet(tasks.map(({ example }) => example)),
      pool: {
        file: 'models-in-memory.yaml',
        models: [buildPoolModel({ baseUrl: server.baseUrl })],
      },
      runDirectory,
      environment: {},
    });
    delays.disable();
    const seconds = (performance.now() - startMs) / 1000;
    const entries = await readLedger(join(runDirectory, 'ledger.jsonl'));
    const ttfts = entries.flatMap(({ taskId, ttftMs, regraded }) =>
      taskId.startsWith('ordinary') && regraded !== true && ttftMs !== null ? [ttftMs] : [],
    );
    return {
      name,
      cells: tasks.length,
      seconds,
      delayMs: { p99: delays.percentile(99) / 1e6, max: delays.max / 1e6 },
      medianTtftMs: ttfts.length === 0 ? null : median(ttfts),
      entries,
    };
  } finally {
    delays.disable();
    await server.close();
    await rm(runDirectory, { recursive: true });
  }
}

function findStalls({ name, delayMs }: Measured): readonly string[] {
  if (delayMs.p99 <= maxDelayMs) return [];
  const p99 = delayMs.p99.toFixed(0);
  return [`${name}: the event loop was held up for ${p99} ms (p99), at most ${maxDelayMs} allowed`];
}

/** What is endless must be ungraded, and everything ordinary right. */
function findWrongGrades({ name, cells, entries }: Measured): readonly string[] {
  const gradeOf = new Map(entries.map(({ taskId, grade }) => [taskId, grade]));
  const failures: string[] = [];
  if (gradeOf.size !== cells) failures.push(`${name}: ${cells - gradeOf.size} cells are missing`);
  for (const [taskId, grade] of gradeOf) {
    const slowAnswer = slowAnswers[Number(/^slow (\d+)$/.exec(taskId)?.[1] ?? NaN)];
    const isRight =
      slowAnswer === undefined
        ? grade.kind === 'graded' && grade.quality === 1
        : grade.kind === 'ungraded' || !slowAnswer.isEndless;
    if (!isRight) failures.push(`${name}: ${taskId} is ${JSON.stringify(grade)}`);
  }
  return failures;
}

function countGrades(entries: readonly LedgerEntry[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { grade } of new Map(entries.map((entry) => [entry.cellKey, entry])).values()) {
    const what = grade.kind === 'graded' ? 'graded' : grade.reason;
    counts[what] = (counts[what] ?? 0) + 1;
  }
  return counts;
}

function describe(sweeps: readonly Measured[]): string {
  const table = new Table({
    head: ['sweep', 'cells', 'ungraded', 'seconds', 'delay p99, ms', 'max, ms', 'median TTFT, ms'],
    colAligns: ['left', 'right', 'right', 'right', 'right', 'right', 'right'],
    style: { head: [], border: [] },
    chars: compactTable,
  });
  for (const { name, cells, seconds, delayMs, medianTtftMs, entries } of sweeps) {
    table.push([
      name,
      cells,
      cells - (countGrades(entries)['graded'] ?? 0),
      seconds.toFixed(1),
      delayMs.p99.toFixed(0),
      delayMs.max.toFixed(0),
      medianTtftMs?.toFixed(0) ?? '',
    ]);
  }
  return `Event loop while answers are graded:\n${table.toString()}`;
}
