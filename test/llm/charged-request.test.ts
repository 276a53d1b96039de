import { describe, expect, it } from 'vitest';
import { hasUncountedCharges } from '../../src/llm/charged-request.js';

describe('a request for what is charged beside its tokens', () => {
  it.each([
    { web_search_options: {} },
    { plugins: [{ id: 'web' }] },
    { plugins: [{ id: 'web', enabled: false }, { id: 'file-parser' }] },
    { search_parameters: { mode: 'auto' } },
    { enable_search: true },
    { container: 'c' },
    { modalities: ['text', 'audio'] },
    { tools: [{ type: 'openrouter:web_search' }] },
    { tools: [{ type: 'web_search' }] },
    { tools: [{ type: 'code_execution_20250522', name: 'code_execution' }] },
    { tools: [{ type: 'mcp_toolset', mcp_server_name: 'm' }] },
  ])('is %j', (members) => {
    expect(hasUncountedCharges({ messages: [], ...members })).toBe(true);
  });

  it.each([
    {},
    { web_search_options: null, enable_search: false, modalities: ['text'], tools: null },
    {
      tools: [
        { type: 'function', function: { name: 'f' } },
        { name: 'g', input_schema: {} },
      ],
    },
    { tools: [{ type: 'computer_20251124', name: 'computer' }] },
    { tools: [{ type: 'computer_toolset_20260801' }, { type: 'browser_toolset_20260801' }] },
    { tools: [{ type: 'web_search_20250305', name: 'web_search' }] },
    { tools: [{ type: 'tool_search_tool_regex_20251119', name: 'tool_search_tool_regex' }] },
    { tools: [{ type: 'tool_search_tool_bm25', name: 'tool_search_tool_bm25' }] },
    { plugins: [] },
    { plugins: [{ id: 'web', enabled: false }] },
    { search_parameters: { mode: 'off' } },
  ])('is not %j', (members) => {
    expect(hasUncountedCharges({ messages: [], ...members })).toBe(false);
  });
});
