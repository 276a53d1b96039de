import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import type { LanguageModelV3 } from '@ai-sdk/provider';
import { generateText, streamText } from 'ai';
import { createRoutesmith } from '../../../src/adapters/ai-sdk/create-routesmith.js';
import type { RoutingMetadata } from '../../../src/adapters/calls/routing-metadata.js';
import { RouterError } from '../../../src/serve/router/router-error.js';
import { endedWith, question, type DrivenModel, type Driver } from './driver.js';

/** The provider for the AI SDK, over the AI SDK's own package for compatible servers. */
export const aiSdkDriver: Driver = {
  name: 'the AI SDK',
  kinds: ['openai'],
  differences: [
    // The package takes fewer forms, and says so: another model answers, if nothing has come yet.
    ['usage that is a list', 'fault', 'whole'],
    ['usage that is a list', 'broken_off', 'streamed'],
    ['tokens in words', 'fault', 'whole'],
    ['tokens in words', 'broken_off', 'streamed'],
    ['__proto__ and constructor as members', 'fault'],
    ['tool calls with places that are none', 'fault'],
    ['an answer in a list of one', 'fault', 'whole'],
    ['a whole answer that is called a stream', 'fault', 'streamed'],
    ['pings between', 'fault', 'streamed'],
    // It does not show what would speak against the answer.
    ['200 with an error beside an answer', 'answer', 'whole'],
    ['the answer is in the second choice', 'answer', 'streamed'],
    ['usage that is 100,000 deep', 'answer', 'streamed'],
    ['JSON of half a million members', 'answer', 'streamed'],
    ['a stream that is called JSON', 'answer', 'streamed'],
    ['a stream without a type', 'answer', 'streamed'],
    ['content after the end', 'answer', 'streamed'],
    // It waits for the end of the connection.
    ['a connection that stays open after the end', 'broken_off', 'streamed'],
  ],
  waits: ['endless comments', 'redirect to ""', 'an error without an end'],
  blocks: ['10,000 tool calls'],
  async ask({ policy, models, timeouts, form, onEvent }) {
    const routesmith = createRoutesmith({
      policy,
      models: Object.fromEntries(
        Object.entries(models).map(([id, model]) => [id, createModel(model)]),
      ),
      timeouts,
      onEvent,
    });
    const asked = { model: routesmith('auto'), prompt: question };
    try {
      if (form === 'whole') {
        const { text, providerMetadata } = await generateText(asked);
        const { model, costUsd } = readRouting(providerMetadata);
        return { model, text, costUsd, code: undefined, messages: [] };
      }
      let problem: unknown;
      const result = streamText({
        ...asked,
        onError: ({ error }) => {
          problem = error;
        },
      });
      let text = '';
      for await (const part of result.fullStream) {
        if (part.type === 'text-delta') text += part.text;
      }
      if (problem instanceof RouterError) {
        const model = problem.attempts.at(-1)?.model;
        return endedWith(problem, { model, text });
      }
      if (problem !== undefined) throw problem;
      const { model, costUsd } = readRouting(await result.providerMetadata);
      return { model, text, costUsd, code: undefined, messages: [] };
    } catch (error) {
      if (error instanceof RouterError) return endedWith(error);
      throw error;
    }
  },
};

function createModel({ baseUrl, model, apiKey }: DrivenModel): LanguageModelV3 {
  const settings = { name: 'compatible', baseURL: baseUrl, apiKey, includeUsage: true };
  return createOpenAICompatible(settings)(model);
}

function readRouting(metadata: unknown): RoutingMetadata {
  return (metadata as { readonly routesmith: RoutingMetadata }).routesmith;
}
