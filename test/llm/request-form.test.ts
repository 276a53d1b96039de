import { describe, expect, it } from 'vitest';
import { resolveRequestForm, type RequestForm } from '../../src/llm/request-form.js';

/** The form but for what it says of tool calls. */
function resolveOthers(...given: Parameters<typeof resolveRequestForm>): RequestForm {
  const {
    plainCallIds: _plain,
    shortCallIds: _short,
    signedCalls: _signed,
    ...others
  } = resolveRequestForm(...given);
  return others;
}

describe('the form of requests', () => {
  it.each([
    ['https://api.openai.com/v1', 'gpt-4o', { tokenLimit: 'max_completion_tokens' }],
    ['https://x.openai.azure.com/openai/v1', 'o3-mini', { tokenLimit: 'max_completion_tokens' }],
    ['https://x.openai.azure.com/openai/v1', 'gpt-5-nano', { tokenLimit: 'max_completion_tokens' }],
    ['https://x.openai.azure.us/openai/v1', 'o3-mini', { tokenLimit: 'max_completion_tokens' }],
    ['https://x.openai.azure.cn/openai/v1', 'o3-mini', { tokenLimit: 'max_completion_tokens' }],
    ['https://x.openai.azure.com/openai/v1', 'gpt-4o', {}],
    ['https://eu.api.openai.com/v1', 'gpt-4o', { tokenLimit: 'max_completion_tokens' }],
    ['https://eu.openrouter.ai/api/v1', 'gpt-4o', { extras: { usage: { include: true } } }],
    ['https://api.mistral.ai/v1', 'mistral-large', { omit: ['stream_options'] }],
    ['https://openrouter.ai/api/v1', 'openai/gpt-4o', { extras: { usage: { include: true } } }],
    ['https://api.anthropic.com/v1', 'claude-sonnet-4-5', { betas: true }],
    ['https://api.anthropic.com.example.org/v1', 'claude-sonnet-4-5', {}],
    ['http://localhost:8000/v1', 'o3', {}],
    ['https://api.openai.com.example.org/v1', 'o3', {}],
    ['https://notapi.openai.com.example.org/v1', 'o3', {}],
    ['https://myapi.openai.com/v1', 'o3', {}],
    ['https://myopenrouter.ai/api/v1', 'o3', {}],
  ])('knows %s and %s', (baseUrl, model, form) => {
    expect(resolveOthers(baseUrl, model)).toEqual(form);
  });

  it.each([
    'gpt-5',
    'gpt-5.1',
    'gpt-5.2-chat',
    'gpt-5.4-mini',
    'gpt-5.1-2025-11-13',
    'gpt5-mini',
    'team_gpt-6',
    'gpt-10.2',
    'o1',
    'o4-mini',
    'prod-o3-2025-04-16',
  ])('names the limit of %s at Azure as its reasoning models want it', (model) => {
    expect(resolveOthers('https://x.openai.azure.com/openai/v1', model)).toEqual({
      tokenLimit: 'max_completion_tokens',
    });
  });

  it.each([
    'gpt-35-turbo',
    'gpt-35-turbo-16k',
    'gpt-3.5-turbo',
    'gpt-4.1-mini',
    'gpt-4',
    'gpt-oss-120b',
    'Mistral-Large-2411',
    'foo3',
  ])('leaves the limit of %s at Azure as it is', (model) => {
    expect(resolveOthers('https://x.openai.azure.com/openai/v1', model)).toEqual({});
  });

  it('lets the given form win, member by member', () => {
    expect(resolveOthers('https://api.openai.com/v1', 'o3', { omit: ['seed'] })).toEqual({
      tokenLimit: 'max_completion_tokens',
      omit: ['seed'],
    });
    expect(resolveOthers('https://api.openai.com/v1', 'm', { tokenLimit: 'max_tokens' })).toEqual({
      tokenLimit: 'max_tokens',
    });
    expect(resolveOthers('https://api.mistral.ai/v1', 'm', { omit: [] })).toEqual({
      omit: [],
    });
    expect(resolveOthers('https://api.anthropic.com/v1', 'm', { betas: false })).toEqual({
      betas: false,
    });
  });
});

describe('the form of tool calls', () => {
  it.each([
    ['https://api.anthropic.com/v1', 'm'],
    ['https://bedrock-runtime.us-east-1.amazonaws.com', 'arn:aws:bedrock:profile'],
    ['https://x.services.ai.azure.com/anthropic/v1', 'prod'],
    ['https://x.services.ai.azure.us/anthropic/v1', 'prod'],
    ['https://us-east5-aiplatform.googleapis.com/v1', 'm'],
    ['http://proxy:4000/v1', 'Claude-Sonnet-4-5'],
  ])('has the ids that Anthropic takes, at %s for %s', (baseUrl, model) => {
    expect(resolveRequestForm(baseUrl, model).plainCallIds).toBe(true);
  });

  it('has ids as they are for other models of Messages', () => {
    for (const baseUrl of ['http://vllm:8000/v1', 'https://api.moonshot.ai/anthropic/v1']) {
      expect(resolveRequestForm(baseUrl, 'kimi-k2')).toEqual({});
    }
  });

  it.each([
    ['https://api.openai.com/v1', 'm', true],
    ['https://eu.api.openai.com/v1', 'm', true],
    ['https://x.openai.azure.com/openai/v1', 'gpt-4o', true],
    ['https://x.openai.azure.com/openai/v1', 'prod-o3', true],
    ['https://x.openai.azure.com/openai/v1', 'prod', true],
    ['https://x.openai.azure.us/openai/v1', 'prod', true],
    ['https://x.openai.azure.cn/openai/v1', 'prod', true],
    ['https://x.cognitiveservices.azure.us/openai/v1', 'prod-gpt', true],
    ['https://x.openai.azure.example/openai/v1', 'prod', undefined],
    ['https://x.services.ai.azure.com/openai/v1', 'Kimi-K2', undefined],
    ['https://openrouter.ai/api/v1', 'openai/gpt-4o', undefined],
  ])('has ids as short as OpenAI wants them: %s, %s: %s', (baseUrl, model, expected) => {
    expect(resolveRequestForm(baseUrl, model).shortCallIds).toBe(expected);
  });

  it.each([
    ['gemini-3-pro-preview', true],
    ['google/gemini-3.1-flash', true],
    ['gemini-flash-latest', true],
    ['gemini-2.5-pro', undefined],
  ])('has signatures for Gemini from version 3 on: %s: %s', (model, expected) => {
    const google = 'https://generativelanguage.googleapis.com/v1beta/openai';
    expect(resolveRequestForm(google, model).signedCalls).toBe(expected);
    expect(resolveRequestForm('https://openrouter.ai/api/v1', model)).not.toHaveProperty(
      'signedCalls',
    );
  });
});
