import { describe, expect, it } from 'vitest';
import { excessiveErrors, excessiveJson } from '../../support/hostile-replies.js';
import { failWith, say, type Reply } from '../../support/scripted-server.js';
import { setUpSweepBench } from '../../support/sweep-run.js';

const bench = setUpSweepBench();

/** Sweeps two models of one server, of which `good` answers. */
async function sweepBeside(reply: Reply, taskCount: number) {
  const server = await bench.serve((response, request) =>
    (request.body['model'] === 'bad-1' ? reply : say('It is 4.'))(response, request),
  );
  const { models } = await bench.sweep(bench.buildModels(server, ['bad', 'good']), {
    taskCount,
    retryLimits: { maxAttempts: 2, maxElapsedMs: 60_000 },
  });
  return { bad: models[0], good: models[1] };
}

describe('a model whose responses are more than a reader may take', () => {
  it.each(Object.entries({ ...excessiveJson, ...excessiveErrors }))(
    'fails its own cells only: %s',
    async (_, reply) => {
      const { bad, good } = await sweepBeside(reply, 2);
      expect(good).toMatchObject({ done: 2 });
      expect(bad).toMatchObject({ done: 0, failed: 2 });
      const entries = await bench.readEntries();
      const failed = entries.filter(({ model }) => model === 'bad');
      expect(failed.map(({ outcome }) => outcome)).toEqual(['infrastructure', 'infrastructure']);
      expect(failed.every(({ grade }) => grade.kind === 'ungraded')).toBe(true);
    },
  );
});

describe('one prompt that a model refuses in a way that could mean all', () => {
  it.each<[string, Reply]>([
    ['403 with a page', (response) => void response.writeHead(403).end('<html>blocked</html>')],
    ['401', failWith(401)],
    ['404', failWith(404)],
    ['402', failWith(402)],
    ['an exhausted quota', failWith(429, { code: 'insufficient_quota' })],
    ['a wait of 31 years', failWith(503, {}, { 'retry-after': '999999999' })],
    [
      'a wait until the year 2199',
      failWith(500, {}, { 'retry-after': 'Fri, 31 Dec 2199 23:59:59 GMT' }),
    ],
  ])('costs only its own cell: %s', async (_, refuse) => {
    const server = await bench.serve((response, request) => {
      const isDisliked = request.index === 7;
      return (isDisliked ? refuse : say('It is 4.'))(response, request);
    });
    const summary = await bench.sweep(bench.buildModels(server, ['waf']), { taskCount: 30 });
    expect(summary.models[0]).toMatchObject({ done: 29, failed: 1, stoppedBecause: undefined });
    // Another sweep asks only for the cell that is missing.
    const second = await bench.sweep(bench.buildModels(server, ['waf']), { taskCount: 30 });
    expect(second.models[0]).toMatchObject({ failed: 0 });
    expect(server.requests).toHaveLength(31);
  });

  it('stops the model if every other is refused, too', async () => {
    const server = await bench.serve(failWith(403));
    const summary = await bench.sweep(bench.buildModels(server, ['bad']), { taskCount: 30 });
    expect(summary.models[0]?.stoppedBecause).toContain('refused 5 calls in a row');
    expect(server.requests.length).toBeLessThan(10);
  });
});
