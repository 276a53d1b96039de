import { describe, expect, it } from 'vitest';
import { toolCallGrader } from '../../../src/measure/graders/tool-call.js';
import type { JsonValue } from '../../../src/util/json.js';

const call = { name: 'get_weather', arguments: { city: 'Paris', days: 3 } };
const given = '{"city": "Paris", "days": 3}';

function grade(answer: string, reference: JsonValue, isCutOff = false) {
  return toolCallGrader.grade({ answer, reference, options: {}, isCutOff });
}

describe('the tool call grader, reading the marks of chat templates', () => {
  it.each([
    `<｜tool▁call▁begin｜>get_weather<｜tool▁sep｜>${given}<｜tool▁call▁end｜>`,
    `<｜tool▁call▁begin｜>function<｜tool▁sep｜>get_weather\n\`\`\`json\n${given}\n\`\`\``,
    '<｜DSML｜function_calls>\n<｜DSML｜invoke name="get_weather">\n<｜DSML｜parameter name="city" string="true">Paris</｜DSML｜parameter>\n<｜DSML｜parameter name="days" string="false">3</｜DSML｜parameter>\n</｜DSML｜invoke>\n</｜DSML｜function_calls>',
    `[TOOL_CALLS]get_weather[CALL_ID]a1B2c3D4e[ARGS]${given}`,
    '<|tool_call_start|>[get_weather(city="Paris", days=3)]<|tool_call_end|>Checking.',
    '<|python_tag|>get_weather.call(city="Paris", days=3)',
  ])('reads the call of %j', (answer) => {
    expect(grade(answer, call)).toEqual({ kind: 'graded', quality: 1 });
    expect(grade(answer, [])).toMatchObject({ kind: 'graded', quality: 0 });
    expect(grade(answer.replace('Paris', 'Lyon'), call)).toMatchObject({ quality: 0 });
  });

  it('reads several calls of a block', () => {
    const answer =
      '<|tool_call_start|>[get_weather(city="Paris", days=3), get_time(city="Paris")]<|tool_call_end|>';
    const time = { name: 'get_time', arguments: { city: 'Paris' } };
    expect(grade(answer, [call, time])).toEqual({ kind: 'graded', quality: 1 });
  });

  it.each([
    '<start_function_call>call:get_weather{city:<escape>Paris<escape>}<end_function_call>',
    '<|python_tag|>import math\nprint(math.sqrt(2))',
    '<|tool_call_start|>get_weather Paris<|tool_call_end|>',
  ])('leaves ungraded the call of %j, which it does not read', (answer) => {
    const grades = [grade(answer, call), grade(answer, [])];
    for (const one of grades) {
      expect(one).toMatchObject({ kind: 'ungraded', reason: expect.stringContaining('not read') });
    }
  });

  it('takes an empty list of calls for none, and a call that was cut off for wrong', () => {
    for (const answer of ['[TOOL_CALLS][]', '<|tool_call_start|>[]<|tool_call_end|>']) {
      expect(grade(answer, [])).toEqual({ kind: 'graded', quality: 1 });
    }
    expect(grade('[TOOL_CALLS]get_w', call, true)).toMatchObject({ kind: 'graded', quality: 0 });
  });
});

describe('the tool call grader, where an optional argument is null', () => {
  const weather = { name: 'get_weather', arguments: { city: 'Paris' } };
  const write = (given: JsonValue): string =>
    JSON.stringify({ tool_calls: [{ name: 'get_weather', arguments: given }] });

  it.each([
    [{ city: 'Paris', unit: null }, 1],
    [{ city: 'Paris', unit: 'celsius' }, 0],
    [{ city: null }, 0],
    [{ city: 'Lyon', unit: null }, 0],
  ])('grades %j as %d', (args, expected) => {
    expect(grade(write(args), weather)).toMatchObject({ kind: 'graded', quality: expected });
  });

  it('takes null for absent in the reference and in objects, too', () => {
    const reference = { name: 'find', arguments: { city: 'Paris', unit: null, at: { day: 3 } } };
    const answer = { name: 'find', arguments: { city: 'Paris', at: { day: 3, hour: null } } };
    expect(grade(JSON.stringify(answer), reference)).toMatchObject({ quality: 1 });
  });

  it('takes null for absent in a form without types', () => {
    const answer =
      '<function=get_weather><parameter=city>Paris</parameter><parameter=unit>null</parameter></function>';
    expect(grade(answer, weather)).toMatchObject({ quality: 1 });
    expect(grade(answer.replace('null', 'none'), weather)).toMatchObject({ quality: 0 });
  });

  it('takes an object whose members are all null for absent', () => {
    const filters = { min: null, max: null };
    expect(grade(write({ city: 'Paris', filters }), weather)).toMatchObject({ quality: 1 });
    const nested = write({ city: 'Paris', filters: { price: filters, open: true } });
    const open = { name: 'get_weather', arguments: { city: 'Paris', filters: { open: true } } };
    expect(grade(nested, open)).toMatchObject({ quality: 1 });
    expect(grade(nested, weather)).toMatchObject({ quality: 0 });
    expect(grade(write({ city: 'Paris', filters: {} }), weather)).toMatchObject({ quality: 0 });
    const wanted = { name: 'get_weather', arguments: { city: 'Paris', filters: {} } };
    expect(grade(write({ city: 'Paris', filters }), wanted)).toMatchObject({ quality: 1 });
  });

  it('reads the constants of Python in a form without types', () => {
    const answer =
      '<function=get_weather><parameter=city>Paris</parameter><parameter=unit>None</parameter></function>';
    expect(grade(answer, weather)).toMatchObject({ quality: 1 });
    const wanted = { name: 'get_weather', arguments: { city: 'Paris', unit: true } };
    expect(grade(answer.replace('None', 'True'), wanted)).toMatchObject({ quality: 1 });
    expect(grade(answer.replace('None', 'False'), wanted)).toMatchObject({ quality: 0 });
    const named = { name: 'get_weather', arguments: { city: 'Paris', unit: 'None' } };
    expect(grade(answer, named)).toMatchObject({ quality: 1 });
  });

  it('reads the form of Gemini in the text', () => {
    const answer = '{"functionCall":{"name":"get_weather","args":{"city":"Paris"}}}';
    expect(grade(answer, weather)).toMatchObject({ kind: 'graded', quality: 1 });
    expect(grade(`[${answer}]`, weather)).toMatchObject({ kind: 'graded', quality: 1 });
    expect(grade(answer, [])).toMatchObject({ kind: 'graded', quality: 0 });
    expect(grade(answer.replace('Paris', 'Lyon'), weather)).toMatchObject({ quality: 0 });
  });
});

describe('the tool call grader, reading what wraps a call', () => {
  const args = { city: 'Paris', days: 3 };
  const gemini = { functionCall: { name: 'get_weather', args } };
  const anthropic = { type: 'tool_use', id: 'a1', name: 'get_weather', input: args };
  const openai = { type: 'function_call', name: 'get_weather', arguments: JSON.stringify(args) };
  const forms: readonly JsonValue[] = [
    { role: 'model', parts: [{ text: 'I look it up.' }, gemini] },
    { candidates: [{ content: { role: 'model', parts: [gemini] } }] },
    { functionCalls: [{ name: 'get_weather', args }] },
    { function_calls: [call] },
    { tool_call: call },
    { tool_use: { name: 'get_weather', input: args } },
    { toolUse: { toolUseId: 'a1', name: 'get_weather', input: args } },
    { role: 'assistant', content: [{ toolUse: { name: 'get_weather', input: args } }] },
    { role: 'assistant', content: [{ type: 'text', text: 'I look it up.' }, anthropic] },
    { output: [{ type: 'reasoning', summary: [] }, openai] },
    { choices: [{ message: { content: null, tool_calls: [{ function: call }] } }] },
  ];

  it.each(forms)('reads the call of %j', (form) => {
    for (const answer of [
      JSON.stringify(form),
      `\`\`\`json\n${JSON.stringify(form, null, 2)}\n\`\`\``,
    ]) {
      expect(grade(answer, call)).toEqual({ kind: 'graded', quality: 1 });
      expect(grade(answer, [])).toMatchObject({ kind: 'graded', quality: 0 });
      expect(grade(answer.replace('Paris', 'Lyon'), call)).toMatchObject({ quality: 0 });
    }
  });

  it.each([
    { output: [{ name: 'Rome', input: { country: 'Italy' } }] },
    { content: 'No tool is needed.' },
    { parts: [{ text: 'It is sunny.' }] },
    { tool_calls: [], content: [{ type: 'text', text: 'It is sunny.' }] },
    { output: [{ type: 'message', content: [{ type: 'output_text', text: 'Sunny.' }] }] },
  ])('finds no call in %j', (form) => {
    expect(grade(JSON.stringify(form), [])).toEqual({ kind: 'graded', quality: 1 });
  });

  it('reads a call whose argument looks like a response as that call alone', () => {
    const post = { name: 'post', arguments: { content: [gemini] } };
    expect(grade(JSON.stringify(post), post)).toEqual({ kind: 'graded', quality: 1 });
  });
});
