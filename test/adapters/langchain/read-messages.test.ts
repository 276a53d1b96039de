import { AIMessage, HumanMessage } from '@langchain/core/messages';
import { describe, expect, it } from 'vitest';
import { readMessages } from '../../../src/adapters/langchain/read-messages.js';
import { findNeeds } from '../../../src/policy/decide/request-needs.js';

const text = 'x'.repeat(40_000);
const tool_calls = [{ id: 'c', name: 'write', args: { text } }];

function measure(content: ConstructorParameters<typeof AIMessage>[0]): number {
  const messages = [new HumanMessage('Write it.'), new AIMessage(content)];
  return findNeeds({ messages: readMessages(messages, {}).words.messages }).characters;
}

describe('a message of LangChain', () => {
  it.each(['tool_use', 'tool_call', 'function_call'])(
    'has its calls of tools once, where its content has them too: %s',
    (type) => {
      const said = { type: 'text', text: 'Yes.' };
      const block = { type, id: 'c', name: 'write', input: { text } };
      const once = measure({ content: [said], tool_calls });
      expect(once).toBeGreaterThan(40_000);
      expect(measure({ content: [said, block], tool_calls })).toBe(once);
    },
  );
});
