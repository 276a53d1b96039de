import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import Table from 'cli-table3';
import { forms, type Consumer, type Form } from '../../../test/support/hostile/behavior.js';
import { hostileBehaviors } from '../../../test/support/hostile/behaviors.js';
import { startHostileServer, type HostileServer } from '../../../test/support/hostile/server.js';
import { compactTable } from '../../bench/compact-table.js';
import type { GridCell } from './grid-consumer.js';
import type { PartResult } from './part.js';

/** No process that reads hostile servers may hold more. */
const maxPeakMb = 400;

const consumers: readonly Consumer[] = ['sweep', 'router'];
const columns = consumers.flatMap((consumer) => forms.map((form) => ({ consumer, form })));

/** What one consumer made of every behavior, by its place; what is missing was never reported. */
interface Column {
  readonly consumer: Consumer;
  readonly form: Form;
  readonly cells: ReadonlyMap<number, GridCell>;
  /** How its process ended, if not as it should. */
  readonly crash: string | undefined;
}

/** Every behavior of the hostile servers, read by the sweep and the router, whole and streamed. */
export async function checkGrid(): Promise<PartResult> {
  const server = await startHostileServer(hostileBehaviors);
  const read: Column[] = [];
  try {
    for (const column of columns) read.push(await readColumn(server, column));
    return summarize(read, server.strayRequests);
  } finally {
    await server.close();
  }
}

function readColumn(
  { baseUrl, goodUrl }: HostileServer,
  { consumer, form }: Pick<Column, 'consumer' | 'form'>,
): Promise<Column> {
  const file = fileURLToPath(new URL('./grid-consumer.ts', import.meta.url));
  const child = fork(file, [consumer, form, JSON.stringify({ baseUrl, goodUrl })], {
    execArgv: [...process.execArgv, '--expose-gc'],
  });
  const cells = new Map<number, GridCell>();
  child.on('message', (message) => {
    const cell = message as GridCell;
    cells.set(cell.place, cell);
  });
  return new Promise((resolve) => {
    child.on('exit', (code, signal) => {
      const crash = code === 0 ? undefined : `ended with ${code ?? signal}`;
      resolve({ consumer, form, cells, crash });
    });
  });
}

function summarize(read: readonly Column[], strayRequests: number): PartResult {
  const failures = read.flatMap(listFailures);
  if (strayRequests > 0) failures.push(`${strayRequests} requests followed a redirect`);
  const table = new Table({
    head: ['server', ...columns.map(({ consumer, form }) => `${consumer}\n${form}`), 's', 'MB'],
    colWidths: [34, 10, 10, 10, 10],
    wordWrap: true,
    chars: compactTable,
    style: { head: [], border: [], compact: true },
  });
  hostileBehaviors.forEach(({ name }, place) => {
    const cells = read.map((column) => column.cells.get(place));
    const most = (pick: (cell: GridCell) => number): number =>
      Math.max(...cells.map((cell) => (cell === undefined ? 0 : pick(cell))));
    table.push([
      name,
      ...cells.map((cell) => (cell === undefined ? 'lost' : cell.problem === null ? 'ok' : 'BAD')),
      most(({ seconds }) => seconds).toFixed(1),
      most(({ peakMb }) => peakMb).toFixed(0),
    ]);
  });
  const count = hostileBehaviors.length * columns.length;
  return {
    report: `${table.toString()}\n${count} cells, ${failures.length} failures`,
    failures,
    results: read.map(({ consumer, form, cells, crash }) => ({
      consumer,
      form,
      crash: crash ?? null,
      cells: [...cells.values()].map(({ place, ...cell }) => ({
        server: hostileBehaviors[place]?.name,
        ...cell,
      })),
    })),
  };
}

function listFailures({ consumer, form, cells, crash }: Column): string[] {
  const where = `${consumer}, ${form}`;
  const failures = crash === undefined ? [] : [`${where}: the process ${crash}`];
  hostileBehaviors.forEach(({ name }, place) => {
    const cell = cells.get(place);
    if (cell === undefined) failures.push(`${where}: ${name}: no result`);
    else if (cell.problem !== null) failures.push(`${where}: ${name}: ${cell.problem}`);
    else if (cell.peakMb > maxPeakMb) {
      failures.push(`${where}: ${name}: ${cell.peakMb.toFixed(0)} MB of memory`);
    }
  });
  return failures;
}
