import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Prompt } from '../../src/llm/chat.js';
import type { DecideOptions, Decision } from '../../src/policy/decide/decision.js';
import { loadPolicy, type LoadedPolicy } from '../../src/policy/decide/load-policy.js';
import type { Policy } from '../../src/policy/file/policy.js';
import type { DecisionLog } from '../../src/serve/log/decision-log.js';
import type { LoggedRequest } from '../../src/serve/log/join-lines.js';
import type { LogTotals } from '../../src/serve/log/log-totals.js';
import { readLog } from '../../src/serve/log/read-log.js';
import { buildMixturePolicy, writePolicyFile } from './routing-policy.js';

/** A policy over the planted tasks, loaded from a file. */
export async function loadMixture(changes: Partial<Policy> = {}): Promise<LoadedPolicy> {
  return loadPolicy((await writePolicyFile(buildMixturePolicy(changes))).text);
}

/** Decides, and records the decision. */
export function decideLogged(
  log: DecisionLog,
  policy: LoadedPolicy,
  prompt: Prompt,
  options: DecideOptions = {},
): Decision {
  return log.open(policy, { awaitsServed: false }).decide(prompt, options);
}

/** All of a log. */
export async function readAll(
  directory: string,
): Promise<{ readonly requests: readonly LoggedRequest[]; readonly totals: LogTotals }> {
  const reading = readLog(directory);
  const requests: LoggedRequest[] = [];
  for await (const request of reading) requests.push(request);
  return { requests, totals: reading.totals };
}

/** The text of every file in a log, decompressed. */
export function readTexts(directory: string): string {
  return readdirSync(directory)
    .map((name) => {
      const bytes = readFileSync(join(directory, name));
      return `${name}\n${(name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8')}`;
    })
    .join('\n');
}
