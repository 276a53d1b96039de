import { createRouter } from '../../../src/serve/router/router.js';
import type { Router } from '../../../src/serve/router/router.js';
import type { Endpoint } from '../../../src/serve/router/endpoint.js';
import type { RouterRequest } from '../../../src/serve/router/router-request.js';
import { RouterError } from '../../../src/serve/router/router-error.js';
import { loadPolicy } from '../../../src/policy/decide/load-policy.js';
import { createRandom } from '../../../src/util/random.js';
import { runWorkers } from '../../../src/util/run-workers.js';
import { deepJson } from '../hostile-replies.js';
import { answer, readEvents } from '../router.js';
import { buildConstantPolicy, writePolicyFile } from '../routing-policy.js';
import { done, failWith, startScriptedServer, stream, type Reply } from '../scripted-server.js';

/** What came of the requests of one soak. */
export interface SoakResult {
  readonly clean: number;
  readonly poisoned: number;
  /** Clean requests that failed while no server was up for all of their time; not counted in `clean`. */
  readonly unlucky: number;
  /** How many clean requests were answered, and rightly. */
  readonly answered: number;
  /** Clean requests that were not, with the reason of each; at most a few. */
  readonly problems: readonly string[];
  /** Requests that the servers saw, of which some failed over. */
  readonly attempts: number;
}

const models = ['large', 'small', 'local'] as const;
/** After as many requests another server is up. */
const phaseLength = 331;
/** For as many more the one before is up, too, so that no request finds each server down in turn. */
const overlap = 160;
/** One request of so many is one that every server refuses. */
const poisonEvery = 10;

/** How a server is down: none of these reaches the caller, because no content came first. */
const outages: readonly Reply[] = [
  failWith(500),
  failWith(503),
  failWith(429),
  failWith(401),
  failWith(404),
  failWith(402),
  (response) => void response.socket?.resetAndDestroy(),
  (response) => void response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(),
  (response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>down</h1>'),
  stream(done),
  failWith(200, { code: 502, message: 'upstream' }),
];

/** How a server that is up refuses a prompt that it does not like. */
const poisons: readonly Reply[] = [
  (response) => void response.writeHead(403).end('<html>blocked</html>'),
  failWith(400),
  failWith(401),
  failWith(404),
  failWith(500),
  failWith(400, { code: 'content_filter' }),
  (response) => void response.socket?.resetAndDestroy(),
  (response) => void response.writeHead(200).end(deepJson),
  failWith(400, { code: 'context_length_exceeded' }),
];

/**
 * Sends requests to a router over three servers, of which at any time one is up and the others are
 * down, each in its way, and changes which one. Some requests are refused by every server.
 *
 * @param calls number of requests
 * @param concurrency number of requests at the same time
 */
export async function runSoak(
  calls: number,
  { seed, concurrency }: { readonly seed: number; readonly concurrency: number },
): Promise<SoakResult> {
  const random = createRandom(seed);
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
  let sent = 0;
  let attempts = 0;
  const findPhase = (): number => Math.floor(sent / phaseLength);
  const servers = await Promise.all(
    models.map((_, place) => {
      let phase = -1;
      let outage = pick(outages);
      return startScriptedServer((response, request) => {
        attempts += 1;
        const text = JSON.stringify(request.body['messages']);
        if (text.includes('POISON')) return pick(poisons)(response, request);
        const now = findPhase();
        if (now !== phase) outage = pick(outages);
        phase = now;
        const isUp =
          now % models.length === place ||
          (sent % phaseLength < overlap && (now + models.length - 1) % models.length === place);
        return (isUp ? answer(`echo ${readNumber(text)}`) : outage)(response, request);
      });
    }),
  );
  const pool = Object.fromEntries(
    models.map((model, place): [string, Endpoint] => [
      model,
      { kind: 'openai', baseUrl: servers[place]?.baseUrl ?? '', model },
    ]),
  );
  const policy = await loadPolicy((await writePolicyFile(buildConstantPolicy())).text);
  const router = createRouter({ policy, pool });
  const result = { clean: 0, poisoned: 0, unlucky: 0, answered: 0, problems: [] as string[] };
  try {
    await runWorkers(Array.from({ length: calls }).keys(), concurrency, async (number) => {
      const isPoisoned = number % poisonEvery === poisonEvery - 1;
      sent += 1;
      const sentBefore = sent;
      const text = await ask(router, `${isPoisoned ? 'POISON ' : ''}request <${number}>`, number);
      const isRight = text === `echo ${number}`;
      if (isPoisoned) result.poisoned += 1;
      else if (isRight || isOneUpFor(sentBefore, sent)) result.clean += 1;
      else result.unlucky += 1;
      if (isPoisoned) return;
      if (isRight) result.answered += 1;
      else if (isOneUpFor(sentBefore, sent) && result.problems.length < 20)
        result.problems.push(`request ${number}: ${text}`);
    });
  } finally {
    await Promise.all(servers.map((server) => server.close()));
  }
  return { ...result, attempts };
}

/** Whether one server was up from one number of sent requests to another. */
function isOneUpFor(first: number, last: number): boolean {
  const phase = Math.floor(first / phaseLength);
  return last < (phase + 1) * phaseLength + overlap;
}

/** The answer's text, or why there is none. Every other request is streamed. */
async function ask(router: Router, content: string, number: number): Promise<string> {
  const request: RouterRequest = { messages: [{ role: 'user', content }] };
  try {
    if (number % 2 === 0) return (await router.complete(request)).text;
    const { text, error } = await readEvents((await router.stream(request)).events);
    return error === undefined ? text : error.message;
  } catch (error) {
    if (error instanceof RouterError) return error.message;
    throw error;
  }
}

function readNumber(messages: string): string {
  return /<(\d+)>/.exec(messages)?.[1] ?? '';
}
