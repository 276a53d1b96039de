import type { ServerResponse } from 'node:http';
import type { LanguageModelV3StreamPart } from '@ai-sdk/provider';
import { streamText } from 'ai';
import { describe, expect, it } from 'vitest';
import { closeAfterEach } from '../../support/close-after-each.js';
import type { RouterError } from '../../../src/serve/router/router-error.js';
import { errorOf, prompt, routingOf, startAiSdk } from '../../support/ai-sdk.js';
import { answer } from '../../support/router.js';
import { delta, event, roleOnly, stream, writeStream } from '../../support/scripted-server.js';

const start = closeAfterEach(startAiSdk);

describe('a streamed answer', () => {
  const brokenStreams = {
    'an error': stream(
      roleOnly,
      delta({ content: 'It' }),
      event({ error: { code: 502, message: 'x' } }),
    ),
    'the end of the connection': async (response: ServerResponse) => {
      await writeStream(response, [roleOnly, delta({ content: 'It' })]);
      response.destroy();
    },
    'an end without a finish reason': stream(roleOnly, delta({ content: 'It' })),
  };

  it.each(Object.entries(brokenStreams))(
    'that breaks off with %s ends with an error, and no other model continues it',
    async (_, reply) => {
      const { routesmith, servers } = await start({ large: reply, small: answer('hello') });
      const errors: unknown[] = [];
      const result = streamText({
        model: routesmith('auto'),
        prompt: 'hi',
        onError: ({ error }) => void errors.push(error),
      });
      const types: string[] = [];
      for await (const { type } of result.fullStream) types.push(type);
      expect(types).toContain('error');
      expect(await result.finishReason).toBe('error');
      expect(await result.text).toBe('It');
      expect(errors).toMatchObject([{ code: 'stream_truncated' }]);
      const { attempts } = errors[0] as RouterError;
      expect(attempts).toMatchObject([{ model: 'large', outcome: 'failed' }]);
      const metadata = (await result.steps).at(-1)?.providerMetadata;
      expect(routingOf({ providerMetadata: metadata }).attempts).toEqual(attempts);
      expect(servers['small']?.requests).toHaveLength(0);
      expect(routesmith.health()).toMatchObject({ large: { failed: 1, inFlight: 0 } });
    },
  );

  it('that its reader leaves closes the connection', async () => {
    let isClosed = false;
    const { routesmith } = await start({
      large: (response) => {
        response.on('close', () => {
          isClosed = true;
        });
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write(roleOnly + delta({ content: 'It' }));
      },
    });
    const result = await routesmith('auto').doStream({ prompt });
    const reader = result.stream.getReader();
    await reader.read();
    await reader.cancel();
    await expect.poll(() => isClosed).toBe(true);
    expect(routesmith.health()).toMatchObject({ large: { inFlight: 0 } });
  });

  it('that its caller aborts ends with the reason', async () => {
    const { routesmith } = await start({
      large: (response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write(roleOnly + delta({ content: 'It' }));
      },
      small: answer('hello'),
    });
    const controller = new AbortController();
    const { stream: parts } = await routesmith('auto').doStream({
      prompt,
      abortSignal: controller.signal,
    });
    const seen: LanguageModelV3StreamPart['type'][] = [];
    const error = await errorOf(
      (async () => {
        for await (const part of parts) {
          seen.push(part.type);
          if (part.type === 'text-delta') controller.abort();
        }
      })(),
    );
    expect(seen).toContain('text-delta');
    expect(error.name).toBe('AbortError');
  });

  it('and another one at the same time do not disturb each other', async () => {
    const { routesmith } = await start({
      large: (response, request) =>
        answer(String((request.body['messages'] as { content: string }[])[0]?.content))(
          response,
          request,
        ),
    });
    const texts = await Promise.all(
      ['one', 'two', 'three'].map((text) => streamText({ model: routesmith(), prompt: text }).text),
    );
    expect(texts).toEqual(['one', 'two', 'three']);
  });
});
