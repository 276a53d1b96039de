import { AIMessage, AIMessageChunk, type UsageMetadata } from '@langchain/core/messages';
import { describe, expect, it } from 'vitest';
import {
  createChunkReader,
  readWholeMessage,
} from '../../../src/adapters/langchain/read-answer.js';

/** A message with members that its constructor's types do not take. */
const message = (members: { usage_metadata: UsageMetadata; response_metadata?: object }) =>
  Object.assign(new AIMessage('hi'), members);

const readStreamed = (parts: readonly object[]) => {
  const reader = createChunkReader();
  for (const part of parts) reader.read(Object.assign(new AIMessageChunk('h'), part));
  return reader.readTokens();
};

/** As packages count that pass on what Anthropic reports. */
const cached = {
  input_tokens: 12,
  output_tokens: 5,
  total_tokens: 17,
  input_token_details: { cache_read: 9000, cache_creation: 500 },
};
const counted = { inputTokens: 9512, cachedInputTokens: 9000, cacheWriteTokens: 500 };

describe('the usage of a message of LangChain', () => {
  it('has the cached input that is counted beside the input, whole and streamed', () => {
    const whole = readWholeMessage(message({ usage_metadata: cached }));
    expect(whole.tokens.usage).toMatchObject(counted);
    const streamed = readStreamed([
      { usage_metadata: { ...cached, output_tokens: 1 } },
      { usage_metadata: { input_tokens: 0, output_tokens: 4, total_tokens: 4 } },
    ]);
    expect(streamed.usage).toMatchObject({ ...counted, outputTokens: 5 });
  });

  it.each<object>([
    { model_provider: 'anthropic' },
    // As older versions of its package have it.
    { usage: { cache_read_input_tokens: 9000, cache_creation_input_tokens: 500 } },
  ])('has the last count of output of a stream of Anthropic: %j', (response_metadata) => {
    const streamed = readStreamed([
      { response_metadata, usage_metadata: { ...cached, output_tokens: 4, total_tokens: 16 } },
      { usage_metadata: { input_tokens: 0, output_tokens: 5, total_tokens: 5 } },
    ]);
    expect(streamed).toMatchObject({ isGuess: false, usage: { ...counted, outputTokens: 5 } });
  });

  it('counts cached input that the chunks of a stream repeat once', () => {
    const input_token_details = { cache_read: 1000 };
    const parts = [1200, 0, 0, 0].map((input_tokens) => ({
      usage_metadata: {
        input_tokens,
        output_tokens: 5,
        total_tokens: input_tokens + 5,
        input_token_details,
      },
    }));
    const usage = { inputTokens: 1200, cachedInputTokens: 1000, outputTokens: 20 };
    expect(readStreamed(parts)).toMatchObject({ isGuess: false, usage });
    const grown = { ...parts[3]?.usage_metadata, input_token_details: { cache_read: 1100 } };
    expect(readStreamed([...parts, { usage_metadata: grown }])).toMatchObject({
      isGuess: true,
      usage: { cachedInputTokens: 1100 },
    });
  });

  it('has the thoughts that a package counts in the total only, as a guess', () => {
    const usage_metadata = { input_tokens: 20, output_tokens: 50, total_tokens: 870 };
    const expected = { isGuess: true, usage: { outputTokens: 850, reasoningTokens: 800 } };
    expect(readWholeMessage(message({ usage_metadata })).tokens).toMatchObject(expected);
    const parts = [
      { usage_metadata: { input_tokens: 20, output_tokens: 10, total_tokens: 830 } },
      { usage_metadata: { input_tokens: 0, output_tokens: 40, total_tokens: 40 } },
    ];
    expect(readStreamed(parts)).toMatchObject(expected);
  });

  it('is a guess where a package has joined the chunks of a stream, unless two counts agree', () => {
    const usage_metadata = { input_tokens: 12, output_tokens: 5, total_tokens: 17 };
    const join = (times: number) => {
      const usage = { prompt_tokens: 12 * times, completion_tokens: 5 * times };
      const members = { usage_metadata, response_metadata: { usage } };
      return readWholeMessage(Object.assign(new AIMessageChunk('hi'), members)).tokens;
    };
    const usage = { inputTokens: 12, outputTokens: 5 };
    expect(join(1)).toMatchObject({ isGuess: false, usage });
    expect(join(2)).toMatchObject({ isGuess: true, usage });
    const chunk = Object.assign(new AIMessageChunk('hi'), { usage_metadata });
    expect(readWholeMessage(chunk).tokens).toMatchObject({ isGuess: true, usage });
  });

  it.each([
    [20_000, 20_000, 29_500],
    [20_000, 10_500, 20_000],
  ])('of %i tokens, where Anthropic says %i, is %i', (input_tokens, raw, expected) => {
    const answered = message({
      usage_metadata: { ...cached, input_tokens },
      response_metadata: {
        usage: { input_tokens: raw, cache_read_input_tokens: 9000, output_tokens: 5 },
      },
    });
    expect(readWholeMessage(answered).tokens.usage?.inputTokens).toBe(expected);
  });

  it.each([
    { server_tool_use: { web_search_requests: 1 } },
    { cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 500 } },
  ])('has a guessed cost where the provider counts what no price table has: %o', (counts) => {
    const usage = { cache_read_input_tokens: 9000, ...counts };
    const whole = message({ usage_metadata: cached, response_metadata: { usage } });
    expect(readWholeMessage(whole).tokens.isGuess).toBe(true);
    // The first chunk has most counts, a later one the final ones, and others have none.
    const parts = [
      { usage_metadata: cached, response_metadata: { usage } },
      { response_metadata: {} },
      { response_metadata: { usage: { cache_creation: null, server_tool_use: {} } } },
    ];
    expect(readStreamed(parts)).toMatchObject({ isGuess: true, usage: counted });
  });

  it('is of a certain cost where the provider counts nothing else, whole and streamed', () => {
    const counts = { input_tokens: 12, cache_read_input_tokens: 9000 };
    const usage = { ...counts, server_tool_use: { web_search_requests: 0 } };
    const members = { usage_metadata: cached, response_metadata: { usage } };
    expect(readWholeMessage(message(members)).tokens.isGuess).toBe(false);
    expect(readStreamed([members])).toMatchObject({ isGuess: false, usage: counted });
  });

  it.each<[string, object]>([
    ['0 output', { input_tokens: 12, output_tokens: 0, total_tokens: 12 }],
    ['0 input', { input_tokens: 0, output_tokens: 400, total_tokens: 400 }],
    ['no input', { output_tokens: 400 }],
    ['no input but what is cached', { output_tokens: 4, input_token_details: { cache_read: 9 } }],
    ['no output', { input_tokens: 12 }],
  ])('is not known where the package counts %s, whole and streamed', (_, given) => {
    const usage = given as UsageMetadata;
    expect(readWholeMessage(message({ usage_metadata: usage })).tokens.usage).toBeNull();
    const parts = [{}, usage, {}].map((part) => ({ usage_metadata: part }));
    expect(readStreamed(parts).usage).toBeNull();
  });
});

describe('a message of LangChain without text', () => {
  it('is an answer if it holds audio', () => {
    const audio = { id: 'audio_1', data: 'UklGRg==' };
    const spoken = new AIMessage({ content: '', additional_kwargs: { audio } });
    expect(readWholeMessage(spoken).conclusion).toMatchObject({ hasAnswer: true });
    expect(readWholeMessage(new AIMessage('')).conclusion).toMatchObject({ hasAnswer: false });
  });
});
