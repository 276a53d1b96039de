import { RouterError } from '../../../src/serve/router/router-error.js';
import { createRouter } from '../../../src/serve/router/router.js';
import { readEvents } from '../router.js';
import { endedWith, price, question, type Driver } from './driver.js';

/** The router over HTTP. */
export const routerDriver: Driver = {
  name: 'the router',
  kinds: ['openai', 'anthropic'],
  differences: [],
  waits: [],
  blocks: [],
  async ask({ policy, models, timeouts, form, onEvent }) {
    const pool = Object.fromEntries(
      Object.entries(models).map(([id, { kind, ...model }]) => [
        id,
        kind === 'openai' ? { kind, ...model, price } : { kind, ...model, price, maxTokens: 100 },
      ]),
    );
    const router = createRouter({
      policy,
      pool,
      timeouts,
      exposeProviderMessages: true,
      onEvent,
    });
    const request = { messages: [{ role: 'user', content: question }] } as const;
    try {
      if (form === 'whole') {
        const { model, text, costUsd } = await router.complete(request);
        return { model, text, costUsd, code: undefined, messages: [] };
      }
      const { model, events } = await router.stream(request);
      const { text, end, error } = await readEvents(events);
      if (error !== undefined) return endedWith(error, { model, text });
      const costUsd = end?.kind === 'end' ? end.costUsd : null;
      return { model, text, costUsd, code: undefined, messages: [] };
    } catch (error) {
      if (error instanceof RouterError) return endedWith(error);
      throw error;
    }
  },
};
