import { ChatOpenAI } from '@langchain/openai';
import type { RoutingMetadata } from '../../../src/adapters/calls/routing-metadata.js';
import { ChatRoutesmith } from '../../../src/adapters/langchain/chat-routesmith.js';
import { RouterError } from '../../../src/serve/router/router-error.js';
import { endedWith, question, type DrivenModel, type Driver } from './driver.js';

/** The chat model for LangChain, over LangChain's own package for OpenAI. */
export const langChainDriver: Driver = {
  name: 'LangChain',
  kinds: ['openai'],
  differences: [
    // The package takes fewer forms: another model answers.
    ['an answer in a list of one', 'fault', 'whole'],
    ['a whole answer that is called a stream', 'fault'],
    ['a refusal', 'fault'],
    // It does not show what would speak against the answer.
    ['200 with an error beside an answer', 'answer', 'whole'],
    ['the answer is in the second choice', 'answer', 'streamed'],
    ['arguments of a tool that are 100,000 deep', 'answer', 'streamed'],
    ['a number for a body', 'answer', 'streamed'],
    ['a text for a body', 'answer', 'streamed'],
    ['a list of lists for a body', 'answer', 'streamed'],
    ['JSON that is 100,000 deep', 'answer', 'streamed'],
    ['usage that is 100,000 deep', 'answer', 'streamed'],
    ['JSON of half a million members', 'answer', 'streamed'],
    ['a stream that is called JSON', 'answer', 'streamed'],
    ['a stream without a type', 'answer', 'streamed'],
    // It waits for the end of the connection.
    ['a connection that stays open after the end', 'broken_off', 'streamed'],
  ],
  waits: ['endless comments', 'redirect to ""', 'an error without an end'],
  blocks: ['10,000 tool calls'],
  async ask({ policy, models, timeouts, form, onEvent }) {
    const chat = new ChatRoutesmith({
      policy,
      models: Object.fromEntries(
        Object.entries(models).map(([id, model]) => [id, createModel(model)]),
      ),
      timeouts,
      onEvent,
    });
    let text = '';
    try {
      if (form === 'whole') {
        const answer = await chat.invoke(question);
        const { model, costUsd } = readRouting(answer.response_metadata);
        return { model, text: answer.text, costUsd, code: undefined, messages: [] };
      }
      let routing: RoutingMetadata | undefined;
      for await (const chunk of await chat.stream(question)) {
        text += chunk.text;
        routing ??= chunk.response_metadata['routesmith'] as RoutingMetadata | undefined;
      }
      if (routing === undefined) throw new Error('the stream has no metadata');
      const { model, costUsd } = routing;
      return { model, text, costUsd, code: undefined, messages: [] };
    } catch (error) {
      if (!(error instanceof RouterError)) throw error;
      return endedWith(error, { model: error.attempts.at(-1)?.model, text });
    }
  },
};

function createModel({ baseUrl, model, apiKey }: DrivenModel): ChatOpenAI {
  return new ChatOpenAI({ model, apiKey, configuration: { baseURL: baseUrl, logLevel: 'off' } });
}

function readRouting(metadata: Record<string, unknown>): RoutingMetadata {
  return metadata['routesmith'] as RoutingMetadata;
}
