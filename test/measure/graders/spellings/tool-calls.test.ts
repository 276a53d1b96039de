import { toolCallGrader } from '../../../../src/measure/graders/tool-call.js';
import type { JsonObject } from '../../../../src/util/json.js';
import { expectAll, testSpellings } from './spelling.js';

/** Ways in which a call of one tool reaches the grader. */
const forms: readonly ((name: string, given: JsonObject) => string)[] = [
  (name, given) => JSON.stringify({ tool_calls: [{ name, arguments: given }] }),
  (name, given) => JSON.stringify({ tool_calls: [{ name, arguments: JSON.stringify(given) }] }),
  (name, given) =>
    JSON.stringify({
      tool_calls: [
        { id: 'c1', type: 'function', function: { name, arguments: JSON.stringify(given) } },
      ],
    }),
  (name, given) =>
    `I will look it up.\n${JSON.stringify({ tool_calls: [{ name, arguments: given }] })}`,
  (name, given) => JSON.stringify({ name, arguments: given }),
  (name, given) => JSON.stringify({ name, parameters: given }),
  (name, given) => JSON.stringify({ type: 'tool_use', name, input: given }),
  (name, given) => JSON.stringify([{ name, arguments: given }]),
  (name, given) => `\`\`\`json\n${JSON.stringify({ name, arguments: given })}\n\`\`\``,
  (name, given) =>
    `Let me check:\n\n\`\`\`json\n${JSON.stringify({ name, arguments: given }, null, 2)}\n\`\`\`\nOne moment.`,
  (name, given) => `<tool_call>\n${JSON.stringify({ name, arguments: given })}\n</tool_call>`,
  (name, given) =>
    `<think>Which tool? {"name": "other", "arguments": {}}</think>${JSON.stringify({ name, arguments: given })}`,
  (name, given) => `Action: ${JSON.stringify({ name, arguments: given })}`,
];
const write = (name: string, given: JsonObject): readonly string[] =>
  forms.map((form) => form(name, given));

const reference = {
  name: 'get_weather',
  arguments: { city: 'Paris', days: 3, units: { temperature: 'celsius' } },
};
const { arguments: right } = reference;
const none = [
  'It is sunny.',
  'I have no tool for that.',
  '{"answer": 42}',
  '[]',
  '{"tool_calls": []}',
  '```json\n{"name": "Ada"}\n```',
  'I would call get_weather(city="Paris") here.',
  '{"arguments": {"city": "Paris"}}',
  'null',
];
const two = [reference, { name: 'get_time', arguments: { city: 'Paris' } }];

testSpellings('tool calls', [
  [
    toolCallGrader,
    [
      ...expectAll(write('get_weather', right), 'right', { reference }),
      ...expectAll(
        write('get_weather', { units: { temperature: 'Celsius' }, days: 3.0, city: ' paris ' }),
        'right',
        { reference },
      ),
      ...expectAll(write('get_weather', { ...right, city: 'Lyon' }), 'wrong', { reference }),
      ...expectAll(write('get_weather', { ...right, days: 4 }), 'wrong', { reference }),
      ...expectAll(write('get_weather', { ...right, days: '3' }), 'wrong', { reference }),
      ...expectAll(write('get_weather', { ...right, extra: true }), 'wrong', { reference }),
      ...expectAll(write('get_weather', { city: 'Paris' }), 'wrong', { reference }),
      ...expectAll(write('getWeather', right), 'wrong', { reference }),
      ...expectAll(write('get_weather', {}), 'wrong', { reference }),
      ...expectAll(write('get_weather', { ...right, days: [3] }), 'wrong', { reference }),
      ...expectAll(write('get_weather', { city: 'Paris', days: 3 }), 'right', {
        reference,
        options: { optional: ['units'] },
      }),
      ...expectAll(write('get_weather', { ...right, extra: true }), 'right', {
        reference,
        options: { optional: ['extra'] },
      }),
      ...expectAll(write('get_weather', { ...right, city: 'Paris, France' }), 'right', {
        reference,
        options: { alternatives: { city: ['Paris, France'] } },
      }),
      ...expectAll(write('get_weather', { ...right, city: 'paris' }), 'wrong', {
        reference,
        options: { exactText: true },
      }),
      ...expectAll(write('get_weather', { ...right, days: 4 }), 3 / 4, {
        reference,
        options: { credit: 'share' },
      }),
      ...expectAll(
        [
          JSON.stringify(two),
          JSON.stringify(two.toReversed()),
          JSON.stringify({ tool_calls: two }),
          two.map((call) => JSON.stringify(call)).join('\n'),
        ],
        'right',
        { reference: two },
      ),
      ...expectAll([JSON.stringify(two)], 'right', { reference: two, options: { ordered: true } }),
      ...expectAll([JSON.stringify(two.toReversed())], 'wrong', {
        reference: two,
        options: { ordered: true },
      }),
      ...expectAll([JSON.stringify([...two, two[0]]), JSON.stringify(two.slice(1))], 'wrong', {
        reference: two,
      }),
      ...expectAll(none, 'unparseable', { reference }),
      ...expectAll(none, 'right', { reference: [] }),
      ...expectAll(
        ['get_weather(city="Paris")', '{"name": "get_weather"}', '<function=stop>{}</function>'],
        'wrong',
        { reference: [] },
      ),
      ...expectAll(write('get_weather', right), 'wrong', { reference: [] }),
      ...expectAll(['', ' '], 'unparseable', { reference }),
      // What an argument says is no call.
      ...['<function=foo>hello</function>', 'x to=me{"a": 1}', '```python\nfoo(1)\n```'].flatMap(
        (content) =>
          expectAll(
            [
              JSON.stringify({ tool_calls: [{ name: 'write_file', arguments: { content } }] }),
              `I will write it.\n${JSON.stringify({ tool_calls: [{ name: 'write_file', arguments: { content } }] })}`,
            ],
            'right',
            { reference: { name: 'write_file', arguments: { content } } },
          ),
      ),
      ...expectAll(write('stop', {}), 'right', { reference: { name: 'stop' } }),
    ],
  ],
]);
