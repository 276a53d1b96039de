import { startScriptedServer, failWith, say, type ScriptedServer } from './scripted-server.js';

/** A model of the provider: its list prices in US dollars per token, and what it answers. */
export interface ProvidedModel {
  readonly id: string;
  readonly input?: string;
  readonly output?: string;
  readonly cachedInput?: string;
  answer(prompt: string): string;
}

/**
 * Starts a loopback provider that demands a key, lists its models with prices in OpenRouter's form,
 * and answers chat completions.
 */
export function startPricedProvider(
  key: string,
  models: readonly ProvidedModel[],
): Promise<ScriptedServer> {
  return startScriptedServer((response, request) => {
    if (request.headers.authorization !== `Bearer ${key}`) {
      return failWith(401, { message: 'No auth credentials found' })(response, request);
    }
    if (request.path.endsWith('/models')) {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ data: models.map(describeModel) }));
      return undefined;
    }
    const model = models.find(({ id }) => id === request.body['model']);
    if (model === undefined) return failWith(404)(response, request);
    const messages = request.body['messages'] as readonly { readonly content: string }[];
    return say(model.answer(messages.at(-1)?.content ?? ''))(response, request);
  });
}

function describeModel({ id, input, output, cachedInput }: ProvidedModel): unknown {
  if (input === undefined) return { id, object: 'model' };
  return {
    id,
    pricing: { prompt: input, completion: output, input_cache_read: cachedInput },
    context_length: 32_000,
    supported_parameters: ['tools', 'temperature'],
    architecture: { input_modalities: ['text'] },
  };
}
