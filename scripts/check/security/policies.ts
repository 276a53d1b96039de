import { fork } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import Table from 'cli-table3';
import { policyLimits } from '../../../src/policy/file/policy-limits.js';
import { buildLargePolicy, type PolicySize } from '../../../test/support/large-policy.js';
import { writePolicyFile } from '../../../test/support/routing-policy.js';
import { compactTable } from '../../bench/compact-table.js';
import type { PartResult } from './part.js';
import type { LongPrompt, PolicyCost } from './policy-consumer.js';

const limits = { loadMs: 200, loadMb: 100, decideMs: 5 } as const;

/** What the consumer's loop takes on the machine that the limits are meant for. */
const referenceLoopMs = 130;

const { maxWeights, maxFieldCharacters } = policyLimits;
const widest = { bucketBits: 20, maxFieldCharacters };

/** Policies that are as large as they may be, each in its own way. */
const sizes: Readonly<Record<string, PolicySize & LongPrompt>> = {
  'as trained on 13,000 features': { tasks: 14, models: 9, features: 13_000, characters: 16_384 },
  'many models': {
    tasks: 80,
    models: 112,
    features: Math.floor(maxWeights / 192),
    characters: 16_384,
  },
  'many features': {
    tasks: 49,
    models: 50,
    features: Math.floor(maxWeights / 99),
    spec: widest,
    characters: maxFieldCharacters,
  },
  'many tasks': {
    tasks: 1000,
    models: 50,
    features: Math.floor(maxWeights / 1050),
    characters: 16_384,
  },
  'many tasks and models': {
    tasks: 100,
    models: 500,
    features: Math.floor(maxWeights / 600),
    spec: widest,
    characters: maxFieldCharacters,
  },
  'long n-grams': {
    tasks: 10,
    models: 10,
    features: 65_534,
    spec: {
      ...widest,
      shortestCharacterNgram: 1,
      longestCharacterNgram: 8,
      maxWordCharacters: 256,
    },
    wordLength: 250,
    characters: maxFieldCharacters,
  },
};

/** What the largest policies that are accepted cost to load and to decide with. */
export async function checkPolicies(): Promise<PartResult> {
  const table = new Table({
    head: ['policy', 'load, ms', 'load, MB', 'decide, ms'],
    colAligns: ['left', 'right', 'right', 'right'],
    chars: compactTable,
    style: { head: [], border: [], compact: true },
  });
  const results: Record<string, PolicyCost> = {};
  const failures: string[] = [];
  for (const [name, size] of Object.entries(sizes)) {
    const measured = await measure(size);
    const speed = referenceLoopMs / measured.loopMs;
    const cost = {
      ...measured,
      loadMs: measured.loadMs * speed,
      decideMs: measured.decideMs * speed,
    };
    results[name] = cost;
    table.push([name, cost.loadMs.toFixed(0), cost.loadMb.toFixed(0), cost.decideMs.toFixed(1)]);
    for (const [what, limit] of Object.entries(limits) as [keyof typeof limits, number][]) {
      if (cost[what] > limit)
        failures.push(`${name}: ${what} is ${cost[what].toFixed(1)}, not ${limit}`);
    }
  }
  const note = `Processor time, scaled to a machine whose loop of 1e8 steps takes ${referenceLoopMs} ms.`;
  return { report: `${table.toString()}\n${note}`, failures, results };
}

async function measure({
  characters,
  wordLength,
  ...size
}: PolicySize & LongPrompt): Promise<PolicyCost> {
  const folder = await mkdtemp(path.join(tmpdir(), 'policies-'));
  try {
    const policyFile = path.join(folder, 'large.policy.json');
    await writeFile(policyFile, (await writePolicyFile(buildLargePolicy(size))).text);
    return await runConsumer(policyFile, { characters, ...(wordLength && { wordLength }) });
  } finally {
    await rm(folder, { recursive: true });
  }
}

function runConsumer(policyFile: string, prompt: LongPrompt): Promise<PolicyCost> {
  const file = fileURLToPath(new URL('./policy-consumer.ts', import.meta.url));
  const child = fork(file, [policyFile, JSON.stringify(prompt)], {
    execArgv: [...process.execArgv, '--expose-gc'],
  });
  return new Promise((resolve, reject) => {
    child.on('message', (message) => resolve(message as PolicyCost));
    child.on('exit', (code) => reject(new Error(`the process ended with ${code}`)));
  });
}
