import { describe, expect, it } from 'vitest';
import { protocols } from '../../../src/llm/protocol.js';
import { readBatchAnswer } from '../../../src/measure/sweep/batches/read-batch-answer.js';
import { computeCallCharge } from '../../../src/measure/sweep/call-charge.js';
import type { CallResult } from '../../../src/measure/sweep/calls/call-result.js';
import { CallResponseReader } from '../../../src/measure/sweep/calls/response-reader.js';
import { setUpSweepBench } from '../../support/sweep-run.js';
import { stream } from '../../support/scripted-server.js';

const bench = setUpSweepBench();
const context = { secrets: [], now: () => new Date(0), tokenLimit: undefined };
const price = { inputPerMillionUsd: 3, outputPerMillionUsd: 15, date: '2026-01-01' };
const usage = { input_tokens: 10_000, output_tokens: 1 };
const message = { type: 'message', model: 'claude', content: [], usage };
const body = { ...message, stop_reason: 'refusal' };
const events = [
  { type: 'message_start', message },
  { type: 'message_delta', delta: { stop_reason: 'refusal' }, usage: { output_tokens: 1 } },
  { type: 'message_stop' },
].map((one) => `data: ${JSON.stringify(one)}\n\n`);

function readStream(hasFreeRefusals: boolean): CallResult {
  const reader = new CallResponseReader(protocols.anthropic, () => 1, {
    ...context,
    hasFreeRefusals,
  });
  reader.start(200, { 'content-type': 'text/event-stream' });
  return reader.accept(Buffer.from(events.join(''))) ?? reader.end();
}

function readBatch(hasFreeRefusals: boolean): CallResult {
  const answer = { kind: 'response', status: 200, body } as const;
  return readBatchAnswer(answer, protocols.anthropic, { ...context, hasFreeRefusals }).result;
}

describe('a refusal of Claude’s before any output', () => {
  it.each([
    ['in a call', readStream, 1],
    ['in a batch', readBatch, 0.5],
  ])('costs nothing at Anthropic, and a guess elsewhere: %s', (_, read, priceShare) => {
    const [free, other] = [read(true), read(false)].map((result) => {
      if (result.kind === 'failed') throw new Error(result.failure.message);
      expect(result).toMatchObject({ ending: 'refused', answer: '', finishReason: 'refusal' });
      return computeCallCharge(result.tokens, price, priceShare);
    });
    expect(free).toEqual({
      charge: { costUsd: 0, costSource: 'provider', isGuess: false },
      paidUsd: 0,
    });
    const costUsd = 0.030015;
    expect(other).toEqual({
      charge: { costUsd, costSource: 'price_table', isGuess: true },
      paidUsd: priceShare * costUsd,
    });
  });

  it('is recorded with the tokens that its server counts, and a cost that is a guess', async () => {
    const server = await bench.serve(stream(...events));
    const models = bench.buildModels(server, ['small']).map((model) => ({
      ...model,
      protocol: 'anthropic' as const,
      parameters: { maxTokens: 100 },
    }));
    await bench.sweep(models, { taskCount: 1 });
    expect(await bench.readEntries()).toMatchObject([
      { outcome: 'refused', answer: '', usage: { inputTokens: 10_000 }, costIsGuess: true },
    ]);
  });
});
