import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { median } from 'simple-statistics';
import { readResidentMb, runFloor, startProgram, type BenchServer } from './run-program.js';
import { writeGrid } from './grid.js';

const cli = fileURLToPath(new URL('../../../dist/cli.js', import.meta.url));
const concurrency = 200;
/** One of both, in one round. Rates are the server's: from the first request to the last reply. */
interface Measurement {
  readonly cellsPerSecond: number;
  readonly cpuMsPerCell: number;
  readonly peakMb: number;
}

export interface SweepMeasurement extends Measurement {
  /** Resident memory when so many cells were served. */
  readonly mbAt: ReadonlyMap<number, number>;
}

/** Sweep and floor on the same calls, in turn. */
export interface LoopbackResult {
  readonly cells: number;
  readonly latencyMs: number;
  readonly floor: readonly Measurement[];
  readonly sweep: readonly SweepMeasurement[];
  /** Medians of the rounds' ratios. */
  readonly rateRatio: number;
  readonly cpuRatio: number;
}

/** Measures a sweep of so many streamed cells beside the floor. */
export async function benchLoopback(
  server: BenchServer,
  directory: string,
  cells: number,
  latencyMs: number,
  rounds: number,
): Promise<LoopbackResult> {
  const floor: Measurement[] = [];
  const sweep: SweepMeasurement[] = [];
  for (let round = 0; round < rounds; round++) {
    floor.push(await measureFloor(server, directory, cells, latencyMs));
    sweep.push(await measureSweep(server, join(directory, `${cells}-${round}`), cells, latencyMs));
  }
  const ratios = (read: (one: Measurement) => number): number =>
    median(sweep.map((one, round) => read(one) / read(floor[round] as Measurement)));
  return {
    cells,
    latencyMs,
    floor,
    sweep,
    rateRatio: ratios(({ cellsPerSecond }) => cellsPerSecond),
    cpuRatio: ratios(({ cpuMsPerCell }) => cpuMsPerCell),
  };
}

async function measureFloor(
  server: BenchServer,
  directory: string,
  cells: number,
  latencyMs: number,
): Promise<Measurement> {
  await server.reset();
  const url = `${server.baseUrl(latencyMs)}/chat/completions`;
  const usage = await runFloor(url, cells, concurrency, join(directory, 'floor.jsonl'));
  return {
    ...(await readRate(server, cells)),
    cpuMsPerCell: usage.cpuMs / cells,
    peakMb: usage.peakMb,
  };
}

/** The program as a user runs it; its CPU time holds its start and its last table, too. */
async function measureSweep(
  server: BenchServer,
  directory: string,
  cells: number,
  latencyMs: number,
): Promise<SweepMeasurement> {
  const grid = writeGrid(join(directory, '..'), cells, server.baseUrl(latencyMs));
  await server.reset();
  const args = ['sweep', '--tasks', grid.tasks, '--pool', grid.pool, '--out', directory];
  const program = startProgram(
    [cli, ...args, '--concurrency', String(concurrency), '--json'],
    `${directory}.usage.json`,
  );
  const mbAt = new Map<number, number>();
  const marks = [5000, cells - concurrency];
  const look = async (): Promise<void> => {
    const { served } = await server.read();
    for (const mark of marks) {
      if (served >= mark && !mbAt.has(mark)) mbAt.set(mark, readResidentMb(program.pid));
    }
  };
  const timer = setInterval(() => void look(), 50);
  const usage = await program.ended;
  clearInterval(timer);
  if (usage.exitCode !== 0) throw new Error(`the sweep failed: ${usage.output}`);
  const rate = await readRate(server, cells);
  return { ...rate, cpuMsPerCell: usage.cpuMs / cells, peakMb: usage.peakMb, mbAt };
}

async function readRate(
  server: BenchServer,
  cells: number,
): Promise<{ readonly cellsPerSecond: number }> {
  const { served, firstMs = 0, lastMs } = await server.reset();
  if (served !== cells) throw new Error(`${served} calls were served instead of ${cells}`);
  return { cellsPerSecond: (1000 * cells) / (lastMs - firstMs) };
}
