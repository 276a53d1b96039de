import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkGrader } from '../../../src/measure/graders/check-grader.js';
import { practicePoolYaml } from '../../../src/measure/practice/practice-models.js';
import {
  startPracticeServer,
  type PracticeServer,
} from '../../../src/measure/practice/practice-server.js';
import { readLedger } from '../../../src/measure/ledger/ledger.js';
import { readTaskSet } from '../../../src/measure/tasks/read-task-set.js';
import { createRandom } from '../../../src/util/random.js';
import { killAfterLines, startCli } from '../../support/run-cli.js';
import { runCommand } from '../../support/run-command.js';
import { scaleTime } from '../../support/test-run.js';

/** How often the sweep is killed. */
const killCount = 30;
const tasksFile = path.resolve(import.meta.dirname, '../../../datasets/everyday.jsonl');

let directory = '';
let server: PracticeServer;
let args: string[] = [];

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'adaptive-crash-'));
  const { examples } = await readTaskSet(tasksFile, { checkGrader });
  server = await startPracticeServer({ examples, seed: 1, speed: 0.05 });
  const pool = path.join(directory, 'models.yaml');
  await writeFile(pool, practicePoolYaml(server.url));
  args = ['sweep', '--adaptive', '--tasks', tasksFile, '--pool', pool, '--concurrency', '16'];
});

afterAll(async () => {
  await server.close();
  await rm(directory, { recursive: true });
});

const folderOf = (name: string): string => path.join(directory, name);

/** The cells that a run has settled, with why they were bought, in the order of their keys. */
async function readBought(name: string): Promise<string[]> {
  const file = path.join(folderOf(name), 'ledger.jsonl');
  if (!existsSync(file)) return [];
  const settled = (await readLedger(file)).filter(({ outcome }) => outcome !== 'infrastructure');
  return settled.map(({ cellKey, purchase }) => `${cellKey} ${JSON.stringify(purchase)}`).sort();
}

/** Starts a sweep, and kills it when it has recorded some more cells. */
async function sweepAndKill(name: string, moreCells: number): Promise<void> {
  const child = startCli([...args, '--out', folderOf(name)]);
  await killAfterLines(child, path.join(folderOf(name), 'ledger.jsonl'), moreCells);
}

describe('an adaptive sweep that is killed', () => {
  it(
    'buys the same cells for the same reasons as one that is not',
    async () => {
      const random = createRandom(5);
      for (let kill = 0; kill < killCount; kill++) {
        await sweepAndKill('killed', Math.ceil(40 * random()));
      }
      const [resumed, whole] = [
        await runCommand([...args, '--out', folderOf('killed')]),
        await runCommand([...args, '--out', folderOf('whole')]),
      ];
      expect(resumed).toMatchObject({ exitCode: 0 });
      expect(whole).toMatchObject({ exitCode: 0 });
      const bought = await readBought('whole');
      expect(await readBought('killed')).toEqual(bought);
      expect(new Set(bought).size).toBe(bought.length);
      // It ended by itself, with less than everything.
      expect(bought.length).toBeGreaterThan(60);
      expect(bought.length).toBeLessThan(3000);
      expect(whole.stdout).toContain('Ended: ');
      // Its prompts for the verdict stay: neither a sweep nor an estimate draws others.
      for (const more of [[], ['--dry-run']]) {
        const other = [...args, ...more, '--seed', '2', '--out', folderOf('whole')];
        const refused = await runCommand(other);
        expect(refused.exitCode).toBe(2);
        expect(refused.stderr).toMatch(/drawn with --seed 0, not 2/u);
      }
      expect(await readBought('whole')).toEqual(bought);
    },
    scaleTime(600_000),
  );
});
