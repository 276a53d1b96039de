import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeOutcomeLine,
  encodeOutcomeLines,
} from '../../../src/measure/outcomes/outcome-lines.js';
import { createOutcomeTableBuilder } from '../../../src/measure/outcomes/outcome-table-builder.js';
import type { OutcomeTable, PromptRecord } from '../../../src/measure/outcomes/outcome-table.js';
import type { Prompt } from '../../../src/llm/chat.js';
import { isPlainName } from '../../../src/util/escape-controls.js';
import { parseJsonLines } from '../../../src/util/parse-json-lines.js';

const name = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1 }),
  fc.constantFrom('__proto__', 'constructor', '7', 'vendor/model:free'),
);
const visible = name.filter((text) => text.trim() !== '');
const plainName = visible.filter(isPlainName);
const request = fc.record(
  {
    messages: fc.array(
      fc.record({
        role: fc.constantFrom('system' as const, 'user' as const),
        content: fc.oneof(
          visible,
          fc.array(fc.record({ type: fc.constant('text' as const), text: name }), { minLength: 1 }),
        ),
      }),
      { minLength: 1, maxLength: 3 },
    ),
    tools: fc.array(fc.record({ type: fc.constant('function'), function: fc.object() }), {
      minLength: 1,
      maxLength: 2,
    }),
  },
  { requiredKeys: ['messages'] },
);
const optional = fc.option(fc.double({ min: 0, max: 1e9, noNaN: true }), { nil: undefined });
const outcome = fc.record({
  quality: fc.double({ min: 0, max: 1, noNaN: true }),
  costUsd: optional,
  latencyMs: optional,
  ttftMs: optional,
  inputTokens: optional,
  outputTokens: optional,
});
const label = fc.option(visible, { nil: undefined });
const row = fc.record({
  id: name,
  prompt: fc.oneof(visible, request),
  task: fc.option(plainName, { nil: undefined }),
  group: label,
  weight: fc.option(fc.double({ min: 1e-9, max: 1e9, noNaN: true }), { nil: undefined }),
  outcomes: fc.array(fc.tuple(plainName, outcome), { maxLength: 4 }),
});
const rows = fc.uniqueArray(row, { maxLength: 6, selector: ({ id }) => id });

describe('the lines of outcomes.jsonl', () => {
  it('give back every prompt and every cell, to the last bit', () => {
    fc.assert(
      fc.property(rows, (given) => {
        const builder = createOutcomeTableBuilder({ simulated: false, costBasis: 'recorded' });
        for (const { outcomes, weight, ...prompt } of given) {
          builder.addPrompt(plain({ ...prompt, ...(weight !== undefined && { weight }) }));
          for (const [model, values] of outcomes) builder.addOutcome(prompt.id, model, values);
        }
        const table = builder.build();
        expect(decodeTable([...encodeOutcomeLines(table)].join(''), table.models)).toEqual(table);
      }),
      { numRuns: 300 },
    );
  });

  it('are short: no digits that 32-bit numbers do not have', () => {
    const builder = createOutcomeTableBuilder({ simulated: false, costBasis: 'recorded' });
    builder.addPrompt({ id: 'p', prompt: 'Hello', task: 'greet', group: undefined });
    builder.addOutcome('p', 'm', { quality: 0.1, costUsd: 0.000123, inputTokens: 12 });
    expect([...encodeOutcomeLines(builder.build())]).toEqual([
      '{"id":"p","prompt":"Hello","task":"greet",' +
        '"models":{"m":{"quality":0.1,"cost_usd":0.000123,"input_tokens":12}}}\n',
    ]);
  });

  it.each([
    ['[]', /not a JSON object/],
    ['{"prompt":"x","models":{}}', /no id/],
    ['{"id":"a","models":{}}', /neither prompt nor messages/],
    ['{"id":"a","prompt":" ","models":{}}', /prompt is empty/],
    ['{"id":"a","messages":[{"role":"robot","content":"x"}],"models":{}}', /role/],
    ['{"id":"a","prompt":"x"}', /no object "models" or/],
    ['{"id":"a","prompt":"x","models":{"m":{"quality":2}}}', /model m: quality must be/],
    ['{"id":"a","prompt":"x","models":{"m":{"quality":"1"}}}', /not "1"/],
    ['{"id":"a","prompt":"x","models":{"m":{"quality":1,"cost_usd":"1"}}}', /cost_usd must be/],
    ['{"id":"a","prompt":"x","models":{"":1}}', /empty name/],
  ])('say what is wrong with %s', (line, problem) => {
    const result = decodeOutcomeLine(JSON.parse(line));
    expect(result.ok ? '' : result.problem).toMatch(problem);
  });
});

/** A value as JSON would give it back: fast-check's objects may hold undefined and NaN. */
function plain(given: Omit<PromptRecord, 'prompt'> & { prompt: unknown }): PromptRecord {
  return { ...given, prompt: JSON.parse(JSON.stringify(given.prompt)) as Prompt };
}

function decodeTable(text: string, models: readonly string[]): OutcomeTable {
  const builder = createOutcomeTableBuilder({ simulated: false, costBasis: 'recorded' });
  for (const model of models) builder.addModel(model);
  for (const parsed of parseJsonLines(text)) {
    if (!parsed.ok) throw new Error(parsed.problem);
    const line = decodeOutcomeLine(parsed.value);
    if (!line.ok) throw new Error(line.problem);
    builder.addPrompt(line.value.prompt);
    for (const { model, values } of line.value.cells) {
      builder.addOutcome(line.value.prompt.id, model, values);
    }
  }
  return builder.build();
}
