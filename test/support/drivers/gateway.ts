import OpenAI, { APIError } from 'openai';
import { createGateway } from '../../../src/serve/gateway/gateway.js';
import { endedWith, price, question, type Driver, type Ended } from './driver.js';

/** OpenAI's package, which speaks to the gateway. */
export const gatewayDriver: Driver = {
  name: 'the gateway, through openai',
  kinds: ['openai', 'anthropic'],
  differences: [],
  waits: [],
  blocks: [],
  async ask({ policy, models, timeouts, form }) {
    const pool = Object.fromEntries(
      Object.entries(models).map(([id, { kind, ...model }]) => [
        id,
        kind === 'openai' ? { kind, ...model, price } : { kind, ...model, price, maxTokens: 100 },
      ]),
    );
    const gateway = createGateway({
      policy,
      pool,
      timeouts,
      access: { kind: 'open' },
      exposeProviderMessages: true,
      onFault: (error) => {
        throw error;
      },
    });
    const client = new OpenAI({
      apiKey: 'none',
      baseURL: 'http://127.0.0.1:8080/v1',
      maxRetries: 0,
      fetch: (url, init) => gateway(new Request(url as string, init)),
    });
    const messages = [{ role: 'user', content: question }] as const;
    let model: string | undefined;
    let text = '';
    try {
      if (form === 'whole') {
        const asked = client.chat.completions.create({ model: 'auto', messages: [...messages] });
        const { data, response } = await asked.withResponse();
        const cost = response.headers.get('x-routesmith-cost-usd');
        return {
          model: response.headers.get('x-routesmith-model') ?? undefined,
          text: data.choices[0]?.message.content ?? '',
          costUsd: cost === null ? null : Number(cost),
          code: undefined,
          messages: [],
        };
      }
      const asked = client.chat.completions.create({
        model: 'auto',
        messages: [...messages],
        stream: true,
      });
      const { data, response } = await asked.withResponse();
      model = response.headers.get('x-routesmith-model') ?? undefined;
      for await (const chunk of data) text += chunk.choices[0]?.delta.content ?? '';
      return { model, text, costUsd: null, code: undefined, messages: [] };
    } catch (error) {
      return endedWithApiError(error, { model, text });
    }
  },
};

function endedWithApiError(
  error: unknown,
  begun: { readonly model: string | undefined; readonly text: string },
): Ended {
  if (!(error instanceof APIError) || typeof error.code !== 'string') throw error;
  return endedWith({ code: error.code, message: error.message, failure: error.error }, begun);
}
