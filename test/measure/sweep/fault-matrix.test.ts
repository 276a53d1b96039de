import { describe, expect, it } from 'vitest';
import { readRun } from '../../../src/measure/outcomes/run-folder.js';
import type { LedgerEntry } from '../../../src/measure/ledger/ledger-entry.js';
import {
  delta,
  done,
  event,
  failWith,
  inTurn,
  roleOnly,
  say,
  stream,
  usageEvent,
  writeStream,
  type Reply,
} from '../../support/scripted-server.js';
import { setUpSweepBench } from '../../support/sweep-run.js';
import { scaleTime } from '../../support/test-run.js';

const bench = setUpSweepBench();

interface Fault {
  readonly name: string;
  readonly reply: Reply;
  /** How often the cell is asked before it is given up or settled. */
  readonly attempts: number;
  readonly outcome: LedgerEntry['outcome'];
  /** What the ledger's line says besides. */
  readonly line: Partial<LedgerEntry>;
  /** True where nobody can say what the attempts have cost. */
  readonly mayBeCharged?: boolean;
  /** Only where it is the fault: on a busy machine others must not run into it. */
  readonly timeouts?: { readonly totalMs: number };
}

const usage = usageEvent({ prompt_tokens: 10, completion_tokens: 5 });
const infrastructure = { answer: null, usage: null, costUsd: null, ttftMs: null } as const;

const faults: readonly Fault[] = [
  {
    name: '429 without Retry-After',
    reply: failWith(429, { message: 'slow down' }),
    attempts: 5,
    outcome: 'infrastructure',
    line: { ...infrastructure, error: 'rate_limited: HTTP 429: slow down' },
  },
  {
    name: '429 with Retry-After',
    reply: failWith(429, { message: 'slow down' }, { 'retry-after': '3' }),
    attempts: 5,
    outcome: 'infrastructure',
    line: { ...infrastructure, error: 'rate_limited: HTTP 429: slow down' },
  },
  {
    name: '429 that asks for a day',
    reply: failWith(429, { message: 'come back tomorrow' }, { 'retry-after': '86400' }),
    attempts: 1,
    outcome: 'infrastructure',
    line: { ...infrastructure, error: 'rate_limited: HTTP 429: come back tomorrow' },
  },
  {
    name: 'a quota that is used up',
    reply: failWith(429, { code: 'insufficient_quota', message: 'no money left' }),
    attempts: 1,
    outcome: 'infrastructure',
    line: { ...infrastructure, error: 'quota_exhausted: HTTP 429: no money left' },
  },
  {
    name: '500',
    reply: failWith(500, { message: 'broken' }),
    attempts: 5,
    outcome: 'infrastructure',
    line: { ...infrastructure, error: 'server_error: HTTP 500: broken' },
  },
  {
    name: '503',
    reply: failWith(503, { message: 'busy' }),
    attempts: 5,
    outcome: 'infrastructure',
    line: { ...infrastructure, error: 'server_error: HTTP 503: busy' },
  },
  {
    name: 'a connection that is reset before the first byte',
    reply: (response) => void response.socket?.resetAndDestroy(),
    attempts: 5,
    outcome: 'infrastructure',
    line: infrastructure,
    mayBeCharged: true,
  },
  {
    name: 'a connection that is reset after the first byte',
    reply: async (response) => {
      await writeStream(response, [roleOnly, delta({ content: 'It is' })]);
      response.socket?.resetAndDestroy();
    },
    attempts: 5,
    outcome: 'infrastructure',
    line: infrastructure,
    mayBeCharged: true,
  },
  {
    name: 'a timeout',
    reply: (response) => {
      const timer = setInterval(() => response.write(': still here\n\n'), 5);
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.on('close', () => clearInterval(timer));
    },
    // Each may be charged, and the next one is likely to end the same way.
    attempts: 2,
    outcome: 'infrastructure',
    line: {
      ...infrastructure,
      error: expect.stringMatching(/^timeout: the call took longer than the total timeout of/),
    },
    mayBeCharged: true,
    timeouts: { totalMs: scaleTime(1000) },
  },
  {
    name: 'an event that is not JSON',
    reply: stream(roleOnly, 'data: <oops>\n\n', done),
    attempts: 5,
    outcome: 'infrastructure',
    line: { ...infrastructure, error: 'malformed: an event of the stream is not JSON: <oops>' },
    mayBeCharged: true,
  },
  {
    name: 'a page where a stream was asked for',
    reply: (response) => {
      response.writeHead(200, { 'content-type': 'text/html' });
      response.end('<h1>Welcome</h1>');
    },
    attempts: 5,
    outcome: 'infrastructure',
    line: infrastructure,
    mayBeCharged: true,
  },
  {
    name: 'a stream that is cut',
    reply: stream(roleOnly, delta({ content: 'It is 4' })),
    attempts: 5,
    outcome: 'infrastructure',
    line: { ...infrastructure, error: 'network: the stream ended before the completion did' },
    mayBeCharged: true,
  },
  {
    name: 'an error inside a stream',
    reply: stream(delta({ content: 'It' }), event({ error: { code: 502, message: 'upstream' } })),
    attempts: 5,
    outcome: 'infrastructure',
    line: { ...infrastructure, error: 'server_error: an error inside a 200: upstream' },
    mayBeCharged: true,
  },
  {
    name: 'a request that is refused as such',
    reply: failWith(400, { message: 'no such parameter' }),
    attempts: 1,
    outcome: 'infrastructure',
    line: { ...infrastructure, error: 'bad_request: HTTP 400: no such parameter' },
  },
  {
    name: 'empty content',
    reply: stream(roleOnly, delta({}, 'stop'), usage, done),
    attempts: 1,
    outcome: 'malformed',
    line: { answer: '', grade: { kind: 'graded', quality: 0, detail: 'no answer: malformed' } },
  },
  {
    name: 'an answer that is cut at the token limit',
    reply: stream(roleOnly, delta({ content: 'It is 4 becau' }, 'length'), usage, done),
    attempts: 1,
    outcome: 'truncated',
    line: { answer: 'It is 4 becau', finishReason: 'length', costUsd: 20e-6 },
  },
  {
    name: 'reasoning that takes all tokens',
    reply: stream(delta({ reasoning: 'Hmm' }), delta({}, 'length'), usage, done),
    attempts: 1,
    outcome: 'truncated',
    line: { answer: '', firstContentMs: null, costUsd: 20e-6 },
  },
  {
    name: 'a refusal',
    reply: stream(delta({ refusal: 'I cannot help.' }), delta({}, 'stop'), usage, done),
    attempts: 1,
    outcome: 'refused',
    line: { answer: 'I cannot help.', grade: { kind: 'graded', quality: 0 } },
  },
  {
    name: 'a content filter in the stream',
    reply: stream(delta({ content: 'It' }), delta({}, 'content_filter'), usage, done),
    attempts: 1,
    outcome: 'refused',
    line: { answer: 'It', finishReason: 'content_filter' },
  },
  {
    name: 'a content filter in front of the model',
    reply: failWith(400, { code: 'content_filter', message: 'not allowed' }),
    attempts: 1,
    outcome: 'refused',
    line: { answer: null, error: 'content_filtered: HTTP 400: not allowed' },
  },
  {
    name: 'a prompt that is too long',
    reply: failWith(400, { code: 'context_length_exceeded', message: 'too long' }),
    attempts: 1,
    outcome: 'context_overflow',
    line: { answer: null, error: 'context_overflow: HTTP 400: too long' },
  },
];

describe.each(faults)('$name', ({ reply, attempts, outcome, line, timeouts = {}, ...fault }) => {
  const { mayBeCharged = false } = fault;

  it('is tried as often as it should be, and recorded as what it is', async () => {
    const server = await bench.serve(reply);
    const models = bench.buildModels(server, ['a'], { parameters: { maxTokens: 100 } });
    const { totals } = await bench.sweep(models, { limit: 1, timeouts });
    expect(server.requests).toHaveLength(attempts);
    const entries = await bench.readEntries();
    expect(entries).toHaveLength(1);
    expect(entries[0]).toMatchObject({ outcome, ...line });
    expect(entries[0]?.failedAttempts).toHaveLength(attempts - 1);
    // What may have been charged is on record, with an upper bound.
    const possibleUsd = entries[0]?.possibleCostUsd ?? 0;
    expect(possibleUsd > 0).toBe(mayBeCharged);
    // The cost of what its provider refused is known: nothing.
    expect(totals.unpriced).toBe(mayBeCharged && outcome !== 'infrastructure' ? 1 : 0);
    if (outcome !== 'infrastructure') return;
    expect(entries[0]?.grade).toEqual({ kind: 'ungraded', reason: 'infrastructure failure' });
    expect(entries[0]?.gradeKey).toBeNull();
  });

  it('is a label only where it says something about the model', async () => {
    const server = await bench.serve(reply);
    await bench.sweep(bench.buildModels(server, ['a']), { limit: 1, timeouts });
    const { table } = await readRun(bench.runDirectory());
    const qualities = [...table.quality].filter((quality) => !Number.isNaN(quality));
    expect(qualities).toHaveLength(outcome === 'infrastructure' ? 0 : 1);
  });

  it('does not stand in the way of a later answer, where it is no label', async () => {
    let isBroken = true;
    const server = await bench.serve((response, request) =>
      (isBroken ? reply : say('It is 4.'))(response, request),
    );
    const models = bench.buildModels(server, ['a']);
    await bench.sweep(models, { limit: 1, timeouts });
    isBroken = false;
    const summary = await bench.sweep(models, { limit: 1 });
    expect(summary.coverage).toBe(1);
    expect(server.requests).toHaveLength(attempts + (outcome === 'infrastructure' ? 1 : 0));
  });
});

describe('a fault that passes', () => {
  it.each(faults.filter(({ attempts }) => attempts > 1))(
    'leaves the answer and a trace: $name',
    async ({ reply, timeouts = {} }) => {
      const server = await bench.serve(inTurn(reply, say('It is 4.')));
      await bench.sweep(bench.buildModels(server, ['a']), { limit: 1, timeouts });
      const [entry] = await bench.readEntries();
      expect(entry).toMatchObject({ outcome: 'answered', answer: 'It is 4.', error: null });
      expect(entry?.failedAttempts).toHaveLength(1);
    },
  );

  it('is never answered by the late reply of an attempt that was given up', async () => {
    const late: (() => void)[] = [];
    const server = await bench.serve(
      inTurn(
        async (response) => {
          await writeStream(response, [roleOnly]);
          late.push(() => {
            response.write(delta({ content: 'It is 5.' }, 'stop'));
            response.end(done);
          });
        },
        async (response, request) => {
          late[0]?.();
          await say('It is 4.')(response, request);
        },
      ),
    );
    const timeouts = { totalMs: scaleTime(1000) };
    await bench.sweep(bench.buildModels(server, ['a']), { limit: 1, timeouts });
    const entries = await bench.readEntries();
    expect(entries.map(({ answer }) => answer)).toEqual(['It is 4.']);
  });
});
