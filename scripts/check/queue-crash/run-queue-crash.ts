import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { checkGrader } from '../../../src/measure/graders/check-grader.js';
import { practicePoolYaml } from '../../../src/measure/practice/practice-models.js';
import { startPracticeServer } from '../../../src/measure/practice/practice-server.js';
import { readTaskSet } from '../../../src/measure/tasks/read-task-set.js';
import { createRandom, type Random } from '../../../src/util/random.js';
import { startPostgres } from '../../../test/support/postgres.js';
import { runCli, startCli, waitForCli } from '../../../test/support/run-cli.js';
import { checkCrashedRun } from './check-crashed-run.js';

export interface CrashSettings {
  /** Kills and cuts. */
  readonly kills: number;
  /** Cells of the sweep, a multiple of five. */
  readonly cells: number;
  readonly seed: number;
}

const tasksFile = path.resolve(import.meta.dirname, '../../../datasets/everyday.jsonl');
const workerCount = 4;
const budgetUsd = 2;
const schema = 'crash';
const meanPauseMs = 800;

/** Runs the sweep and the kills. @returns what went wrong */
export async function runQueueCrash(settings: CrashSettings): Promise<string[]> {
  const postgres = await startPostgres();
  if (postgres === undefined) return ['there is no Postgres'];
  const directory = mkdtempSync(path.join(tmpdir(), 'queue-crash-'));
  const { examples } = await readTaskSet(tasksFile, { checkGrader });
  const server = await startPracticeServer({ examples, seed: 1, speed: 0.8 });
  const pool = path.join(directory, 'models.yaml');
  writeFileSync(pool, practicePoolYaml(server.url));
  const inputs = ['--tasks', tasksFile, '--pool', pool];
  const size = splitCells(settings.cells, examples.length);
  inputs.push('--limit', String(size.prompts), '--repeats', String(size.repeats));
  const queue = ['--queue', postgres.url, '--queue-schema', schema];
  const shared = path.join(directory, 'shared');
  const sweep = [
    'sweep',
    ...inputs,
    '--out',
    shared,
    '--budget',
    String(budgetUsd),
    '--lease',
    '10',
  ];
  const client = new pg.Pool({ connectionString: postgres.url, max: 2 });
  client.on('error', () => {});
  try {
    const random = createRandom(settings.seed);
    const fleet = startFleet([...sweep, ...queue], queue, directory);
    const tally = await killAtRandom(settings.kills, fleet, client, random);
    const coordinator = await fleet.finish();
    const [run] = (await client.query(`select * from ${schema}.run`)).rows as Record<
      string,
      number
    >[];
    const completions = server.completions();
    await server.close();
    // Answers depend on the port, which is part of a cell's key.
    const port = Number(new URL(server.url).port);
    const second = await startPracticeServer({ examples, seed: 1, speed: Infinity, port });
    const single = path.join(directory, 'single');
    await runCli(['sweep', ...inputs, '--out', single, '--concurrency', '50']);
    await second.close();
    console.log(tally.description);
    return [
      ...tally.problems,
      ...(coordinator.exitCode === 0 ? [] : [`the coordinator ended with ${coordinator.stderr}`]),
      ...(await checkCrashedRun({ shared, single, completions, run: run ?? {}, budgetUsd })),
    ];
  } finally {
    await client.end();
    await postgres.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

function splitCells(cells: number, prompts: number): { prompts: number; repeats: number } {
  const needed = cells / 5;
  const repeats = Math.ceil(needed / prompts);
  return { prompts: Math.floor(needed / repeats), repeats };
}

/** The coordinator and the workers; one that was killed is started again at once. */
interface Fleet {
  readonly members: readonly { readonly name: string; kill(): void }[];
  /** Waits for the coordinator to end by itself, and ends the workers. */
  finish(): Promise<{ readonly exitCode: number | null; readonly stderr: string }>;
  readonly isOver: () => boolean;
}

function startFleet(sweep: readonly string[], queue: readonly string[], directory: string): Fleet {
  let isEnding = false;
  let settle: (result: { exitCode: number | null; stderr: string }) => void = () => {};
  const over = new Promise<{ exitCode: number | null; stderr: string }>((resolve) => {
    settle = resolve;
  });

  function keep(args: readonly string[], isCoordinator: boolean): () => ChildProcess {
    let child: ChildProcess;
    const start = (): void => {
      child = startCli(args);
      void waitForCli(child).then(({ exitCode, stderr }) => {
        // Null after a kill; a worker may also find the database away when it starts.
        if (isCoordinator && exitCode !== null && !/the queue cannot be used/.test(stderr)) {
          isEnding = true;
          settle({ exitCode, stderr });
        }
        if (!isEnding) start();
        return undefined;
      });
    };
    start();
    return () => child;
  }

  const coordinator = keep(sweep, true);
  const workers = Array.from({ length: workerCount }, (_, index) => {
    const spool = path.join(directory, `spool-${index}`);
    return keep(['worker', ...queue, '--spool', spool, '--concurrency', '8'], false);
  });
  const members = [coordinator, ...workers].map((find, index) => ({
    name: index === 0 ? 'coordinator' : 'worker',
    kill: () => void find().kill('SIGKILL'),
  }));
  return {
    members,
    isOver: () => isEnding,
    async finish() {
      const result = await over;
      for (const find of workers) find().kill('SIGTERM');
      await sleep(3_000);
      for (const find of workers) find().kill('SIGKILL');
      return result;
    },
  };
}

async function killAtRandom(
  kills: number,
  fleet: Fleet,
  client: pg.Pool,
  random: Random,
): Promise<{ readonly description: string; readonly problems: string[] }> {
  const counts = { coordinator: 0, worker: 0, cut: 0 };
  const problems: string[] = [];
  await sleep(3_000);
  for (let kill = 0; kill < kills && !fleet.isOver(); kill++) {
    await sleep(2 * meanPauseMs * random());
    if (random() < 0.25) {
      counts.cut += 1;
      await cutConnections(client, random);
    } else {
      const member = fleet.members[Math.floor(random() * fleet.members.length)];
      member?.kill();
      counts[member?.name === 'coordinator' ? 'coordinator' : 'worker'] += 1;
    }
    problems.push(...(await checkBudget(client)));
  }
  const total = counts.coordinator + counts.worker + counts.cut;
  if (total < kills) problems.push(`the sweep was over after ${total} of ${kills} kills and cuts`);
  const description = `${total} kills and cuts: ${counts.worker} of workers, ${counts.coordinator} of the coordinator, ${counts.cut} of connections.`;
  return { description, problems };
}

/** Ends a random part of the connections of all processes. */
async function cutConnections(client: pg.Pool, random: Random): Promise<void> {
  const share = 0.3 + 0.7 * random();
  await client
    .query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where application_name = 'routesmith' and random() < $1`,
      [share],
    )
    .catch(() => {});
}

async function checkBudget(client: pg.Pool): Promise<string[]> {
  try {
    const { rows } = await client.query(
      `select spent_usd + possible_usd + reserved_usd + judge_usd as used from ${schema}.run`,
    );
    const used = Number((rows[0] as { used?: number } | undefined)?.used ?? 0);
    return used <= budgetUsd ? [] : [`the budget was exceeded: ${used} of ${budgetUsd}`];
  } catch {
    // The tables are not there yet.
    return [];
  }
}
