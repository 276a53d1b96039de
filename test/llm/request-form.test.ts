import { describe, expect, it } from 'vitest';
import { resolveRequestForm } from '../../src/llm/request-form.js';

describe('resolveRequestForm', () => {
  it.each([
    ['https://api.openai.com/v1', 'gpt-4o', { tokenLimit: 'max_completion_tokens' }],
    ['https://x.openai.azure.com/openai/v1', 'o3-mini', { tokenLimit: 'max_completion_tokens' }],
    ['https://x.openai.azure.com/openai/v1', 'gpt-5-nano', { tokenLimit: 'max_completion_tokens' }],
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
    expect(resolveRequestForm(baseUrl, model)).toEqual(form);
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
    expect(resolveRequestForm('https://x.openai.azure.com/openai/v1', model)).toEqual({
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
    expect(resolveRequestForm('https://x.openai.azure.com/openai/v1', model)).toEqual({});
  });

  it('lets the given form win, member by member', () => {
    expect(resolveRequestForm('https://api.openai.com/v1', 'o3', { omit: ['seed'] })).toEqual({
      tokenLimit: 'max_completion_tokens',
      omit: ['seed'],
    });
    expect(
      resolveRequestForm('https://api.openai.com/v1', 'm', { tokenLimit: 'max_tokens' }),
    ).toEqual({ tokenLimit: 'max_tokens' });
    expect(resolveRequestForm('https://api.mistral.ai/v1', 'm', { omit: [] })).toEqual({
      omit: [],
    });
    expect(resolveRequestForm('https://api.anthropic.com/v1', 'm', { betas: false })).toEqual({
      betas: false,
    });
  });
});
