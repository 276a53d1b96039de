import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { latestEntryPerCell } from '../../../src/measure/ledger/latest-entries.js';
import { scanLedger } from '../../../src/measure/ledger/ledger.js';
import type { LedgerEntry } from '../../../src/measure/ledger/ledger-entry.js';
import { runSweep } from '../../../src/measure/sweep/run-sweep.js';
import { buildPoolModel } from '../pool-model.js';
import { hastyClock } from '../hasty-clock.js';
import { buildExample, buildTaskSet } from '../task-set.js';
import type { Behavior, Form, Verdict } from './behavior.js';
import {
  findAbsurdCharge,
  findKey,
  findUnsafe,
  hostileKey,
  isPolluted,
  type Finding,
  type HostileLimits,
} from './finding.js';
import { goodModel, nameModel, type HostileUrls } from './server.js';

/** A behavior with its place in the server's list. */
export interface PlacedBehavior {
  readonly behavior: Behavior;
  readonly place: number;
}

/** Sweeps a few prompts over models that are hostile, each in its way, and one that is not. */
export async function askSweep(
  server: HostileUrls,
  placed: readonly PlacedBehavior[],
  form: Form,
  limits: HostileLimits & { readonly taskCount: number; readonly concurrency: number },
): Promise<Finding[]> {
  const folder = await mkdtemp(path.join(tmpdir(), 'hostile-'));
  const runDirectory = path.join(folder, 'run');
  const { silenceMs, attemptMs, taskCount, concurrency } = limits;
  const common = { apiKeyEnv: 'HOSTILE_KEY', parameters: { maxTokens: 100 } };
  try {
    await runSweep({
      taskSet: buildTaskSet(
        Array.from({ length: taskCount }, (_, index) => buildExample(`${index}`)),
      ),
      pool: {
        file: 'models-in-memory.yaml',
        models: [
          buildPoolModel({ ...common, id: goodModel, model: goodModel, baseUrl: server.goodUrl }),
          ...placed.map(({ behavior, place }) =>
            buildPoolModel({
              ...common,
              id: `bad-${place}`,
              baseUrl: server.baseUrl,
              model: nameModel(place, form),
              protocol: behavior.protocol ?? 'openai',
            }),
          ),
        ],
      },
      runDirectory,
      environment: { HOSTILE_KEY: hostileKey },
      clock: hastyClock,
      concurrency,
      retryLimits: { maxAttempts: 1, maxElapsedMs: 60_000 },
      timeouts: {
        firstByteMs: silenceMs,
        firstContentMs: silenceMs,
        idleMs: silenceMs,
        totalMs: attemptMs,
      },
    });
    // An answer whose grading takes long is recorded before and after it.
    const lines: LedgerEntry[] = [];
    await scanLedger(path.join(runDirectory, 'ledger.jsonl'), (entry) => lines.push(entry));
    const entries = latestEntryPerCell(lines);
    const shared = findSharedProblem(entries, taskCount) ?? (await findKeyInFiles(runDirectory));
    return placed.map(({ behavior, place }) => {
      const own = entries.filter(({ model }) => model === `bad-${place}`);
      const problem =
        own.length === taskCount
          ? own.map((entry) => compare(entry, behavior.verdict('sweep', form))).find(Boolean)
          : `${own.length} of ${taskCount} cells were recorded`;
      return { behavior, consumer: 'sweep', form, problem: problem ?? shared };
    });
  } finally {
    await rm(folder, { recursive: true });
  }
}

function compare(entry: LedgerEntry, verdict: Verdict): string | undefined {
  const { outcome, grade, answer, error, usage, costUsd } = entry;
  const unsafe = findUnsafe(error ?? '') ?? findAbsurdCharge(costUsd);
  if (unsafe !== undefined) return unsafe;
  const counts = Object.values(usage ?? {}) as readonly number[];
  if (counts.some((count) => !Number.isSafeInteger(count) || count < 0 || count > 1e9)) {
    return `absurd tokens: ${JSON.stringify(usage)}`;
  }
  const said = `${outcome}: ${error ?? JSON.stringify(answer).slice(0, 80)}`;
  switch (verdict.kind) {
    case 'answer': {
      const isSame = verdict.text === undefined || verdict.text === answer;
      return outcome === 'answered' && isSame ? undefined : said;
    }
    case 'label':
      return outcome === verdict.outcome ? undefined : said;
    default:
      return outcome === 'infrastructure' && grade.kind === 'ungraded' && answer === null
        ? undefined
        : `a fault became a label: ${said}`;
  }
}

function findSharedProblem(entries: readonly LedgerEntry[], taskCount: number): string | undefined {
  const good = entries.filter(
    ({ model, outcome }) => model === goodModel && outcome === 'answered',
  );
  if (good.length !== taskCount) return `the good model answered ${good.length} of ${taskCount}`;
  return isPolluted() ? 'the prototype is polluted' : undefined;
}

async function findKeyInFiles(directory: string): Promise<string | undefined> {
  for (const name of await readdir(directory)) {
    const key = findKey(await readFile(path.join(directory, name), 'utf8'));
    if (key !== undefined) return `a key in ${name}: ${key}`;
  }
  return undefined;
}
