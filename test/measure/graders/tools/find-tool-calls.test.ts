import { describe, expect, it } from 'vitest';
import { findToolCalls } from '../../../../src/measure/graders/tools/find-tool-calls.js';
import { toolCallGrader } from '../../../../src/measure/graders/tool-call.js';
import type { JsonValue } from '../../../../src/util/json.js';

const call = { name: 'get_weather', arguments: { city: 'Paris' } };
const json = JSON.stringify(call);

const gradeOf = (answer: string, reference: JsonValue = call) =>
  toolCallGrader.grade({ answer, reference, options: {} });

describe('the tool_call grader, where a call is only shown', () => {
  it.each([
    `I am not able to call tools. Here is what the call would be: ${json}`,
    `For example, a call could look like this:\n\`\`\`json\n${json}\n\`\`\`\nBut I have no tools.`,
    `To call the tool I need a city. For example:\n${json}\nWhich city do you want?`,
    `Zum Beispiel: ${json}`,
    `Par exemple : ${json}`,
  ])('does not grade %j', async (answer) => {
    expect(await gradeOf(answer)).toMatchObject({ kind: 'ungraded' });
    expect(await gradeOf(answer, [])).toMatchObject({ kind: 'ungraded' });
  });

  it.each([
    json,
    `\`\`\`json\n${json}\n\`\`\``,
    `I will look it up: ${json}`,
    `For example, I can check the weather. Let me do that.\n${json}`,
    `It might be raining in Paris, let me check: ${json}`,
    `It would be best to check the weather first:\n${json}`,
    `I will look it up, for example with the weather tool:\n${json}`,
    `For example, let me look up Paris: <tool_call>${json}</tool_call>`,
    `<tool_call>${json}</tool_call>`,
    `Ich rufe das Werkzeug auf: ${json}`,
    `J'appelle l'outil : ${json}`,
    `我来查询：${json}`,
    `{"tool_calls": [${json}]}`,
    'get_weather(city="Paris")',
  ])('still reads the call of %j', async (answer) => {
    expect(await gradeOf(answer)).toMatchObject({ kind: 'graded', quality: 1 });
    expect(await gradeOf(answer, [])).toMatchObject({ kind: 'graded', quality: 0 });
  });
});

describe('findToolCalls, where a tool is defined', () => {
  it.each([
    '{"name":"add","description":"Adds","parameters":{"type":"object","properties":{"a":{"type":"number"}}}}',
    '{"type":"function","function":{"name":"add","parameters":{"type":"object","properties":{}}}}',
    'def add(a):\n    return a\n\nadd(a=1)',
    '```python\nimport requests\n\ndef add(a):\n    return a\n\nprint(add(a=1))\n```',
  ])('finds no call in %j', (answer) => {
    expect(findToolCalls(answer, new Set(['add']))).toEqual([]);
  });

  it.each([
    '{"name":"add","arguments":{"type":"object"}}',
    '{"name":"add","arguments":{"type":"object","properties":{}}}',
    '{"name":"add","parameters":{"a":1}}',
  ])('finds the call of %j', (answer) => {
    expect(findToolCalls(answer)).toHaveLength(1);
  });
});
