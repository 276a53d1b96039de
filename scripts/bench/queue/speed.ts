import { join } from 'node:path';
import { startBenchServer, startProgram, type BenchServer } from '../sweep/run-program.js';
import { cli, runFleet, writeQueueGrid, type FleetSettings } from './fleet.js';

const latencyMs = 500;
const models = 4;
/** Of one worker: it is the bottleneck, not the lanes. */
const concurrency = 20;

/** Streamed cells of 500 ms: on one machine, through the queue with one worker, and with four. */
export async function benchQueueSpeed(
  postgresUrl: string,
  directory: string,
  cells: number,
): Promise<Record<string, number>> {
  const server = await startBenchServer();
  try {
    const grid = writeQueueGrid(directory, cells, models, server.baseUrl(latencyMs));
    const fleet = { postgresUrl, directory, ...grid, concurrency };
    const floor = await measureSingle(server, fleet, cells);
    const one = await measureFleet(server, { ...fleet, schema: 'bench_one', workers: 1 }, cells);
    const four = await measureFleet(server, { ...fleet, schema: 'bench_four', workers: 4 }, cells);
    const speedup4 = four.cellsPerSecond / one.cellsPerSecond;
    const floorRatio = one.cellsPerSecond / floor.cellsPerSecond;
    // Of each slot: how much longer a cell takes than on one machine.
    const overheadMsPerCell =
      1000 * concurrency * (1 / one.cellsPerSecond - 1 / floor.cellsPerSecond);
    const peakMb = Math.max(one.peakMb, four.peakMb);
    console.log(
      `${cells} streamed cells of ${latencyMs} ms, ${concurrency} in flight a worker: one machine ` +
        `${floor.cellsPerSecond.toFixed(1)} cells/s, one worker ${one.cellsPerSecond.toFixed(1)} ` +
        `(${floorRatio.toFixed(2)}), four ${four.cellsPerSecond.toFixed(1)} ` +
        `(${speedup4.toFixed(2)} times one); ${overheadMsPerCell.toFixed(1)} ms a cell, ` +
        `${one.cpuMsPerCell.toFixed(2)} ms of processor time, peak ${peakMb.toFixed(0)} MB.`,
    );
    return { speedup4, floorRatio, overheadMsPerCell, peakMb };
  } finally {
    server.close();
  }
}

async function measureSingle(
  server: BenchServer,
  { tasks, pool, directory }: Pick<FleetSettings, 'tasks' | 'pool' | 'directory'>,
  cells: number,
): Promise<{ readonly cellsPerSecond: number }> {
  await server.reset();
  const args = ['sweep', '--tasks', tasks, '--pool', pool, '--out', join(directory, 'single')];
  const program = startProgram(
    [cli, ...args, '--concurrency', String(concurrency), '--json'],
    join(directory, 'single.usage.json'),
  );
  const usage = await program.ended;
  if (usage.exitCode !== 0) throw new Error(`the sweep failed: ${usage.output}`);
  return readRate(server, cells);
}

async function measureFleet(
  server: BenchServer,
  fleet: FleetSettings,
  cells: number,
): Promise<{
  readonly cellsPerSecond: number;
  readonly cpuMsPerCell: number;
  readonly peakMb: number;
}> {
  await server.reset();
  const { coordinator, workers } = await runFleet(fleet);
  const all = [coordinator, ...workers];
  return {
    ...(await readRate(server, cells)),
    cpuMsPerCell: all.reduce((sum, { cpuMs }) => sum + cpuMs, 0) / cells,
    peakMb: Math.max(...all.map(({ peakMb }) => peakMb)),
  };
}

/** The server's rate, from the first request to the last reply. */
async function readRate(
  server: BenchServer,
  cells: number,
): Promise<{ readonly cellsPerSecond: number }> {
  const { served, firstMs = 0, lastMs } = await server.reset();
  if (served !== cells) throw new Error(`${served} calls were served instead of ${cells}`);
  return { cellsPerSecond: (1000 * cells) / (lastMs - firstMs) };
}
