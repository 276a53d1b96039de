import { describe, expect, it } from 'vitest';
import { closeAfterEach } from '../../support/close-after-each.js';
import { question, readEvents, startRouter } from '../../support/router.js';
import type { Reply } from '../../support/scripted-server.js';
import { startScriptedServer } from '../../support/scripted-server.js';

const start = closeAfterEach(startRouter);
const startServer = closeAfterEach(startScriptedServer);

const price = { inputPerMillionUsd: 3, outputPerMillionUsd: 15, date: '2026-01-01' };
const usage = { input_tokens: 50_000, output_tokens: 1 };
const message = { type: 'message', role: 'assistant', model: 'claude', content: [] };

const refuse: Reply = (response, { body }) => {
  const events = [
    { type: 'message_start', message: { ...message, usage } },
    { type: 'message_delta', delta: { stop_reason: 'refusal' }, usage: { output_tokens: 1 } },
    { type: 'message_stop' },
  ];
  const isStream = body['stream'] === true;
  response.writeHead(200, { 'content-type': isStream ? 'text/event-stream' : 'application/json' });
  response.end(
    isStream
      ? events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('')
      : JSON.stringify({ ...message, stop_reason: 'refusal', usage }),
  );
};

describe('a refusal of Claude’s before any output', () => {
  it.each([
    ['nothing at Anthropic', 'https://api.anthropic.com/v1', { costUsd: 0 }],
    [
      'a guess elsewhere',
      'https://claude.example.org/v1',
      { costUsd: 0.150015, costIsGuess: true },
    ],
  ])('costs %s, whole and streamed', async (_, baseUrl, bill) => {
    const server = await startServer(refuse);
    const { router } = await start(
      { large: refuse },
      {
        endpoint: { kind: 'anthropic', baseUrl, price, maxTokens: 100 },
        fetch: (_url, init) => fetch(`${server.baseUrl}/messages`, init),
      },
    );
    const whole = await router.complete(question);
    const { end } = await readEvents((await router.stream(question)).events);
    for (const figures of [whole, end]) {
      expect(figures).toMatchObject({ finishReason: 'refusal', ...bill });
      expect(figures).toHaveProperty('usage.inputTokens', 50_000);
      if (bill.costUsd === 0) expect(figures).not.toHaveProperty('costIsGuess');
    }
  });
});
