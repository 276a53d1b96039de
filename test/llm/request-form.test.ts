import { describe, expect, it } from 'vitest';
import { resolveRequestForm } from '../../src/llm/request-form.js';

describe('resolveRequestForm', () => {
  it.each([
    ['https://api.openai.com/v1', 'gpt-4o', { tokenLimit: 'max_completion_tokens' }],
    ['https://x.openai.azure.com/openai/v1', 'o3-mini', { tokenLimit: 'max_completion_tokens' }],
    ['https://x.openai.azure.com/openai/v1', 'gpt-5-nano', { tokenLimit: 'max_completion_tokens' }],
    ['https://x.openai.azure.com/openai/v1', 'gpt-4o', {}],
    ['https://api.mistral.ai/v1', 'mistral-large', { omit: ['stream_options'] }],
    ['https://openrouter.ai/api/v1', 'openai/gpt-4o', { extras: { usage: { include: true } } }],
    ['https://api.anthropic.com/v1', 'claude-sonnet-4-5', { betas: true }],
    ['https://api.anthropic.com.example.org/v1', 'claude-sonnet-4-5', {}],
    ['http://localhost:8000/v1', 'o3', {}],
    ['https://api.openai.com.example.org/v1', 'o3', {}],
  ])('knows %s and %s', (baseUrl, model, form) => {
    expect(resolveRequestForm(baseUrl, model)).toEqual(form);
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
