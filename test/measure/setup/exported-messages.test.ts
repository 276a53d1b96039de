import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../../../src/util/json.js';
import { readExportedMessages } from '../../../src/measure/setup/exported-messages.js';

const serialized = (name: string, kwargs: JsonObject): JsonObject => ({
  lc: 1,
  type: 'constructor',
  id: ['langchain', 'schema', 'messages', name],
  kwargs,
});

const asked = [
  { role: 'system', content: 'Be brief.' },
  { role: 'user', content: 'Why?' },
];

describe('recorded messages', () => {
  it.each<[string, JsonValue]>([
    ["in OpenAI's form", asked],
    [
      "in LangChain's serialized form",
      [
        serialized('SystemMessage', { content: 'Be brief.', type: 'system' }),
        serialized('HumanMessageChunk', { content: 'Why?' }),
      ],
    ],
    [
      'as a batch of one conversation',
      [
        [
          serialized('SystemMessage', { content: 'Be brief.' }),
          serialized('HumanMessage', { content: 'Why?' }),
        ],
      ],
    ],
    [
      'as objects with a type',
      [
        { type: 'system', content: 'Be brief.' },
        { type: 'human', data: { content: 'Why?' } },
      ],
    ],
    [
      'as pairs',
      [
        ['system', 'Be brief.'],
        ['human', 'Why?'],
      ],
    ],
    [
      "in Gemini's form",
      [
        { role: 'system', parts: [{ text: 'Be brief.' }] },
        { role: 'user', parts: ['Why?'] },
      ],
    ],
  ])('are read %s', (_, recorded) => {
    expect(readExportedMessages(recorded)).toEqual(asked);
  });

  it('keep the calls of tools, and what they answered', () => {
    const recorded = [
      serialized('AIMessage', {
        content: '',
        tool_calls: [{ name: 'find', args: { id: 7 }, id: 'c1', type: 'tool_call' }],
      }),
      serialized('ToolMessage', { content: 'found', tool_call_id: 'c1' }),
    ];
    expect(readExportedMessages(recorded)).toEqual([
      {
        role: 'assistant',
        content: '',
        tool_calls: [
          { id: 'c1', type: 'function', function: { name: 'find', arguments: '{"id":7}' } },
        ],
      },
      { role: 'tool', content: 'found', tool_call_id: 'c1' },
    ]);
  });

  it.each([
    ['a list of texts', ['Why?', 'How?']],
    ['content parts', [{ type: 'text', text: 'Why?' }]],
    ['an unknown role', [{ role: 'oracle', content: 'Why?' }]],
    ['nothing', []],
    ['a text', 'Why?'],
  ])('are not %s', (_, value) => {
    expect(readExportedMessages(value)).toBeUndefined();
  });
});
