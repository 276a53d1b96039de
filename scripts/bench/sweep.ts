/**
 * Measures the sweep: beside a plain loop over undici (`loopback`), resuming a large run (`resume`),
 * and beside promptfoo (`promptfoo`, which is installed into a scratch folder first: 1.4 GB).
 *
 *     npm run bench:sweep [-- --only loopback|resume|promptfoo] [--json FILE] [CELLS]
 *
 * CELLS is the size of the run that is resumed, 1,000,000 by default.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Table from 'cli-table3';
import { median } from 'simple-statistics';
import { readBenchArguments } from './arguments.js';
import { benchLoopback } from './sweep/loopback.js';
import { benchPromptfoo, installPromptfoo, type PromptfooResult } from './sweep/promptfoo.js';
import { benchResume } from './sweep/resume.js';
import { compactTable } from './compact-table.js';
import { startBenchServer, type ProgramUsage } from './sweep/run-program.js';

const { only, rounds, positionals, writeResults } = readBenchArguments();
const isWanted = (name: string): boolean => only.length === 0 || only.includes(name);
const directory = mkdtempSync(join(tmpdir(), 'bench-sweep-'));
const server = await startBenchServer();
const results: Record<string, Record<string, number>> = {};
try {
  if (isWanted('loopback')) await runLoopback();
  if (isWanted('resume')) await runResume();
  if (isWanted('promptfoo')) await runPromptfoo();
  writeResults(results);
} finally {
  server.close();
  rmSync(directory, { recursive: true, force: true });
}

async function runLoopback(): Promise<void> {
  const slow = await benchLoopback(server, directory, 4000, 500, rounds);
  const fast = await benchLoopback(server, directory, 20_000, 50, rounds);
  const table = new Table({
    head: ['streamed, concurrency 200', 'cells/s', 'of ideal', 'CPU ms/cell', 'peak MB'],
    colAligns: ['left', 'right', 'right', 'right', 'right'],
    style: { head: [], border: [] },
    chars: compactTable,
  });
  for (const result of [slow, fast]) {
    const ideal = 200 / (result.latencyMs / 1000);
    for (const name of ['floor', 'sweep'] as const) {
      const measured = result[name];
      const rate = median(measured.map(({ cellsPerSecond }) => cellsPerSecond));
      table.push([
        `${name}: ${result.cells} cells of ${result.latencyMs} ms`,
        rate.toFixed(0),
        (rate / ideal).toFixed(2),
        median(measured.map(({ cpuMsPerCell }) => cpuMsPerCell)).toFixed(3),
        median(measured.map(({ peakMb }) => peakMb)).toFixed(0),
      ]);
    }
  }
  console.log(table.toString());
  const memory = fast.sweep.map(({ mbAt }) => [...mbAt.values()].map((mb) => mb.toFixed(0)));
  console.log(
    `rate / floor: ${slow.rateRatio.toFixed(3)} at 500 ms, ${fast.rateRatio.toFixed(3)} at 50 ms; ` +
      `CPU / floor: ${fast.cpuRatio.toFixed(2)}; memory at 5,000 and at the end, by round: ` +
      `${memory.map((pair) => pair.join(' -> ')).join(', ')} MB. Medians of ${rounds} rounds, in turn.`,
  );
  results['loopback'] = {
    floorRatio500: slow.rateRatio,
    floorRatio50: fast.rateRatio,
    cpuVsFloor: fast.cpuRatio,
    peakMb: Math.max(...fast.sweep.map(({ peakMb }) => peakMb)),
  };
}

async function runResume(): Promise<void> {
  const cells = Number(positionals[0] ?? 1_000_000);
  const resumed = await benchResume(server, directory, cells);
  const { resumeSeconds, parseSeconds, parseRatio, peakMb } = resumed;
  console.log(
    `${cells.toLocaleString('en-US')} cells, 99 % settled (${resumed.ledgerMb.toFixed(0)} MB of ledger): first call after ` +
      `${resumeSeconds.toFixed(1)} s (${resumed.cpuSeconds.toFixed(1)} s of processor time), ` +
      `${parseRatio.toFixed(2)} times a plain loop that parses the ledger (${parseSeconds.toFixed(1)} s); ` +
      `done after ${resumed.wallSeconds.toFixed(1)} s, peak memory ${peakMb.toFixed(0)} MB.`,
  );
  results['resume'] = { resumeSeconds, parseRatio, peakMb };
}

async function runPromptfoo(): Promise<void> {
  const entry = installPromptfoo();
  const table = new Table({
    head: ['the same grid', 's', 'CPU ms/cell', 'peak MB'],
    colAligns: ['left', 'right', 'right', 'right'],
    style: { head: [], border: [] },
    chars: compactTable,
  });
  const small = await benchPromptfoo(server, directory, entry, {
    cells: 1000,
    concurrency: 50,
    rounds,
  });
  const large = await benchPromptfoo(server, directory, entry, {
    cells: 20_000,
    concurrency: 200,
    rounds,
  });
  for (const { cells, concurrency, ...programs } of [small, large]) {
    for (const name of ['promptfoo', 'sweep'] as const) {
      const measured = programs[name];
      table.push([
        `${name}: ${cells} cells at concurrency ${concurrency}`,
        (median(measured.map(({ wallMs }) => wallMs)) / 1000).toFixed(1),
        (median(measured.map(({ cpuMs }) => cpuMs)) / cells).toFixed(2),
        median(measured.map(({ peakMb }) => peakMb)).toFixed(0),
      ]);
    }
  }
  console.log(table.toString());
  const compare = (result: PromptfooResult, read: (usage: ProgramUsage) => number): number =>
    median(
      result.promptfoo.map(
        (usage, round) => read(usage) / read(result.sweep[round] as ProgramUsage),
      ),
    );
  const figures = {
    timeVsPromptfoo1k: compare(small, ({ wallMs }) => wallMs),
    timeVsPromptfoo20k: compare(large, ({ wallMs }) => wallMs),
    memoryVsPromptfoo20k: compare(large, ({ peakMb }) => peakMb),
  };
  console.log(
    `promptfoo / sweep: time ${figures.timeVsPromptfoo1k.toFixed(1)} and ` +
      `${figures.timeVsPromptfoo20k.toFixed(1)}, memory at 20,000 cells ` +
      `${figures.memoryVsPromptfoo20k.toFixed(1)}. Medians of ${rounds} rounds, in turn.`,
  );
  results['promptfoo'] = figures;
}
