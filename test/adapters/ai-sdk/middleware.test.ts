import type { LanguageModelV3 } from '@ai-sdk/provider';
import { generateText, streamText, wrapLanguageModel } from 'ai';
import { describe, expect, it } from 'vitest';
import { createRoutesmithMiddleware } from '../../../src/adapters/ai-sdk/middleware.js';
import { closeAfterEach } from '../../support/close-after-each.js';
import { routingOf, startAiSdk } from '../../support/ai-sdk.js';
import { answer } from '../../support/router.js';
import { failWith } from '../../support/scripted-server.js';

const start = closeAfterEach(startAiSdk);

describe('a middleware of the AI SDK', () => {
  it('routes calls of the wrapped model, and asks others if it fails', async () => {
    const { models, policy, servers } = await start({
      large: failWith(500),
      small: answer('hello'),
    });
    const { large, small } = models as { large: LanguageModelV3; small: LanguageModelV3 };
    const middleware = createRoutesmithMiddleware({
      policy,
      wraps: 'large',
      models: { small },
      // A setting of null is not given.
      name: null as never,
    });
    const model = wrapLanguageModel({ model: large, middleware });
    const result = await generateText({ model, prompt: 'hi' });
    expect(result.text).toBe('hello');
    expect(routingOf(result).attempts).toMatchObject([
      { model: 'large', outcome: 'failed' },
      { model: 'small', outcome: 'answered' },
    ]);
    expect(servers['large']?.requests).toHaveLength(1);
    const streamed = streamText({ model, prompt: 'hi' });
    expect(await streamed.text).toBe('hello');
  });
});
