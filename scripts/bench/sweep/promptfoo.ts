import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startProgram, type BenchServer, type ProgramUsage } from './run-program.js';
import { modelCount, writeGrid } from './grid.js';

const cli = fileURLToPath(new URL('../../../dist/cli.js', import.meta.url));
const version = '0.121.20';
const latencyMs = 50;

/** Both on the same grid, in turn, round by round. */
export interface PromptfooResult {
  readonly cells: number;
  readonly concurrency: number;
  readonly promptfoo: readonly ProgramUsage[];
  readonly sweep: readonly ProgramUsage[];
}

/**
 * Installs promptfoo into a scratch folder, which is kept for the next time, and never becomes a
 * dependency.
 */
export function installPromptfoo(): string {
  const folder = join(tmpdir(), `routesmith-promptfoo-${version}`);
  const entry = join(folder, 'node_modules/promptfoo/dist/src/entrypoint.js');
  if (!existsSync(entry)) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{"private":true}');
    execFileSync('npm', ['install', '--no-audit', '--no-fund', `promptfoo@${version}`], {
      cwd: folder,
      stdio: 'inherit',
    });
  }
  return entry;
}

/** Runs the same grid by both, as whole programs from start to end. */
export async function benchPromptfoo(
  server: BenchServer,
  directory: string,
  entry: string,
  grid: { readonly cells: number; readonly concurrency: number; readonly rounds: number },
): Promise<PromptfooResult> {
  const { cells, concurrency, rounds } = grid;
  const folder = join(directory, `promptfoo-${cells}`);
  mkdirSync(folder, { recursive: true });
  const files = writeGrid(folder, cells, server.baseUrl(latencyMs));
  const config = join(folder, 'promptfooconfig.json');
  writeFileSync(config, JSON.stringify(buildConfig(cells, server.baseUrl(latencyMs))));

  const run = async (args: readonly string[], environment = {}): Promise<ProgramUsage> => {
    await server.reset();
    const usage = await startProgram(args, join(folder, 'usage.json'), environment).ended;
    const { served } = await server.reset();
    if (served !== cells) {
      throw new Error(`${served} calls were served instead of ${cells}: ${usage.output}`);
    }
    return usage;
  };
  const promptfoo: ProgramUsage[] = [];
  const sweep: ProgramUsage[] = [];
  for (let round = 0; round < rounds; round++) {
    const { tasks, pool } = files;
    const out = join(folder, `run-${round}`);
    const place = ['--tasks', tasks, '--pool', pool, '--out', out];
    sweep.push(await run([cli, 'sweep', ...place, '--concurrency', String(concurrency), '--json']));
    const evaluation = ['eval', '-c', config, '-j', String(concurrency)];
    const output = ['-o', join(folder, 'out.json'), '--no-table', '--no-progress-bar'];
    promptfoo.push(
      await run([entry, ...evaluation, ...output, '--no-cache', '--no-share'], {
        OPENAI_API_KEY: 'none',
        PROMPTFOO_CONFIG_DIR: join(folder, `config-${round}`),
        PROMPTFOO_DISABLE_TELEMETRY: '1',
        PROMPTFOO_DISABLE_UPDATE: '1',
        PROMPTFOO_DISABLE_REMOTE_GENERATION: 'true',
        PROMPTFOO_SELF_HOSTED: '1',
      }),
    );
  }
  return { cells, concurrency, promptfoo, sweep };
}

function buildConfig(cells: number, baseUrl: string): unknown {
  return {
    prompts: ['{{question}}'],
    providers: Array.from({ length: modelCount }, (_, index) => ({
      id: `openai:chat:model-${index}`,
      config: { apiBaseUrl: baseUrl, temperature: 0, max_tokens: 256 },
    })),
    tests: Array.from({ length: cells / modelCount }, (_, index) => ({
      vars: { question: `Question ${index}: what is 2 + 2?` },
      assert: [{ type: 'contains', value: '4' }],
    })),
  };
}
