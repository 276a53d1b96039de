/**
 * Measures the router where one of three endpoints fails 10 % of its requests in nine ways, drawn
 * with a seed: how many requests are answered, whether a broken answer ever passes for a whole one,
 * and what the router costs beside plain `fetch` on an endpoint that does not fail.
 *
 *     npm run bench:failover [-- --json FILE]
 */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import Table from 'cli-table3';
import { median } from 'simple-statistics';
import { createRouter, RouterError, type Router } from '../../src/router.js';
import { loadPolicy } from '../../src/policy/decide/load-policy.js';
import { runWorkers } from '../../src/util/run-workers.js';
import { readBenchArguments } from './arguments.js';
import { buildBenchPolicy } from './routing/policy.js';
import { compactTable } from './compact-table.js';
import { writeAnswerWords } from './failover/answer.js';

const requestCount = 2000;
const concurrency = 32;
const roundCount = 5;
const failShare = 0.1;
const seed = 1;

/** How one request ended: whole and right, told to be broken, or broken and passed for whole. */
interface Outcome {
  readonly kind: 'answered' | 'reported' | 'wrong';
  readonly attempts: number;
}

interface Tally {
  answered: number;
  reported: number;
  wrong: number;
  attempts: number;
  wallMs: number;
  cpuMs: number;
}

type Ask = (prompt: string) => Promise<Outcome>;

const { writeResults } = readBenchArguments();
const endpoints = fork(
  fileURLToPath(new URL('./failover/endpoints.ts', import.meta.url)),
  [String(failShare), String(seed)],
  { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] },
);
const baseUrls = await new Promise<string[]>((resolve) => {
  endpoints.once('message', (message) => resolve(message as string[]));
});
const policy = await loadPolicy(await buildBenchPolicy(3));
const models = policy.policy.models.map(({ id }) => id);

/** A router whose models stand at these endpoints, in the order of the policy's models. */
function createBenchRouter(order: readonly number[]): Router {
  const pool = Object.fromEntries(
    models.map((id, index) => {
      const baseUrl = baseUrls[order[index] as number] as string;
      return [id, { kind: 'openai', baseUrl, model: id } as const];
    }),
  );
  return createRouter({ policy, pool });
}

function check(prompt: string, text: string, attempts: number): Outcome {
  const isRight = text === writeAnswerWords(prompt).join('');
  return { kind: isRight ? 'answered' : 'wrong', attempts };
}

/** All requests name the first model, so that each of them may meet the endpoint that fails. */
function askRouter(router: Router, streams: boolean): Ask {
  const options = { model: models[0] as string };
  return async (prompt) => {
    const request = { messages: [{ role: 'user', content: prompt }] } as const;
    try {
      if (!streams) {
        const { text, attempts } = await router.complete(request, options);
        return check(prompt, text, countAsked(attempts));
      }
      const { events, attempts } = await router.stream(request, options);
      let text = '';
      for await (const event of events) if (event.kind === 'chunk') text += event.text;
      return check(prompt, text, countAsked(attempts));
    } catch (error) {
      if (!(error instanceof RouterError)) throw error;
      return { kind: 'reported', attempts: countAsked(error.attempts) };
    }
  };
}

function countAsked(attempts: readonly { readonly outcome: string }[]): number {
  return attempts.filter(({ outcome }) => outcome !== 'skipped').length;
}

/** What a program without a router does: the same request, the same reading of the answer. */
function askDirectly(baseUrl: string, streams: boolean): Ask {
  return async (prompt) => {
    const response = await fetch(`${baseUrl}/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        messages: [{ role: 'user', content: prompt }],
        model: models[0],
        stream: streams,
        ...(streams ? { stream_options: { include_usage: true } } : {}),
      }),
    });
    if (!streams) {
      const body = (await response.json()) as { choices: { message: { content: string } }[] };
      return check(prompt, body.choices[0]?.message.content ?? '', 1);
    }
    let text = '';
    let pending = '';
    const decoder = new TextDecoder();
    for await (const bytes of response.body as unknown as AsyncIterable<Uint8Array>) {
      const parts = (pending + decoder.decode(bytes, { stream: true })).split('\n\n');
      pending = parts.pop() ?? '';
      for (const part of parts) {
        const data = part.slice('data: '.length);
        if (data === '[DONE]') continue;
        const { choices } = JSON.parse(data) as { choices: { delta: { content?: string } }[] };
        text += choices[0]?.delta.content ?? '';
      }
    }
    return check(prompt, text, 1);
  };
}

async function measure(ask: Ask): Promise<Tally> {
  const tally: Tally = { answered: 0, reported: 0, wrong: 0, attempts: 0, wallMs: 0, cpuMs: 0 };
  const prompts = Array.from({ length: requestCount }, (_, index) => `prompt ${index}`);
  const cpuBefore = process.cpuUsage();
  const begin = performance.now();
  await runWorkers(prompts, concurrency, async (prompt) => {
    const outcome = await ask(prompt);
    tally[outcome.kind] += 1;
    tally.attempts += outcome.attempts;
  });
  tally.wallMs = performance.now() - begin;
  const cpu = process.cpuUsage(cpuBefore);
  tally.cpuMs = (cpu.user + cpu.system) / 1000;
  return tally;
}

const results: Record<string, Record<string, number>> = {};
const outcomes = new Table({
  head: ['one of three fails 10 %', 'answered', 'told broken', 'wrong', 'attempts / request'],
  colAligns: ['left', 'right', 'right', 'right', 'right'],
  style: { head: [], border: [] },
  chars: compactTable,
});
for (const streams of [false, true]) {
  const name = streams ? 'streamed' : 'whole';
  const tally = await measure(askRouter(createBenchRouter([0, 1, 2]), streams));
  results[`failover-${name}`] = {
    answeredShare: tally.answered / requestCount,
    reportedShare: tally.reported / requestCount,
    wrong: tally.wrong,
    attemptsPerRequest: tally.attempts / requestCount,
  };
  outcomes.push([
    name,
    `${((100 * tally.answered) / requestCount).toFixed(2)} %`,
    tally.reported,
    tally.wrong,
    (tally.attempts / requestCount).toFixed(3),
  ]);
}
console.log(outcomes.toString());

const costs = new Table({
  head: ['no failures', 'fetch us', 'router us', 'wall ratio', 'CPU ratio'],
  colAligns: ['left', 'right', 'right', 'right', 'right'],
  style: { head: [], border: [] },
  chars: compactTable,
});
for (const streams of [false, true]) {
  const name = streams ? 'streamed' : 'whole';
  const routed = askRouter(createBenchRouter([1, 2, 0]), streams);
  const direct = askDirectly(baseUrls[1] as string, streams);
  const rounds: { direct: Tally; routed: Tally }[] = [];
  // The first round is for the engine to compile.
  for (let round = 0; round <= roundCount; round++) {
    const pair = { direct: await measure(direct), routed: await measure(routed) };
    if (round > 0) rounds.push(pair);
  }
  const perRequestUs = (tally: Tally): number => (1000 * tally.wallMs) / requestCount;
  const figures = {
    fetchUs: median(rounds.map((pair) => perRequestUs(pair.direct))),
    routerUs: median(rounds.map((pair) => perRequestUs(pair.routed))),
    wallRatio: median(rounds.map((pair) => pair.routed.wallMs / pair.direct.wallMs)),
    cpuRatio: median(rounds.map((pair) => pair.routed.cpuMs / pair.direct.cpuMs)),
  };
  results[`overhead-${name}`] = figures;
  costs.push([
    name,
    figures.fetchUs.toFixed(0),
    figures.routerUs.toFixed(0),
    figures.wallRatio.toFixed(2),
    figures.cpuRatio.toFixed(2),
  ]);
}
console.log(costs.toString());
console.log(
  `${requestCount} requests each at concurrency ${concurrency}; median of ${roundCount} rounds, fetch and router in turn`,
);
writeResults(results);
endpoints.disconnect();
