import * as fc from 'fast-check';
import type { DecideOptions } from '../../src/policy/decide/decision.js';
import type { Policy } from '../../src/policy/file/policy.js';
import type { Random } from '../../src/util/random.js';
import { anyChatRequest, anyMalformedPrompt, anyText } from './any-text.js';

/** Prompts on which an implementation of the decision is likely to differ from another one. */
export const oddPrompts: readonly unknown[] = [
  '',
  ' \u0085\u2028\ufeff',
  '\0',
  '\ud800 lone',
  'low \udc00 and \ud83d',
  '😀 👩‍👩‍👧 🇩🇪 emoji 🎉🎉',
  'İstanbul ẞ Σίσυφος ΟΔΥΣΣΕΥΣ ΑΣ. ΣΑΣ',
  'Ⱥ Ɐ Ꟁ Ꞩ Ა Ა 𐐀 𐲀 𞤀 𐕰',
  'العربية हिन्दी ไทย 한국어 ελληνικά',
  '日本語のテキスト、漢字とかな。𠮷野家 豈',
  'A. one\nB) two\n (C) three\n 中D. four\n\n\t1. five\rE.',
  'a|b|c\n|-|-|\n"quoted" “curly” «angle» ∑∫√ 2+2=4 {x: [1]; `y`} ?？',
  'x'.repeat(400_000),
  'word other '.repeat(40_000),
  `${'ä😀 '.repeat(100_000)}end`,
  Array.from({ length: 9000 }, (_, index) => `w${index}`).join(' '),
  Array.from({ length: 8192 }, (_, index) => String.fromCharCode(0x4e00 + index)).join(''),
  { messages: [] },
  { messages: [{ role: 'user', content: 'What is 17 percent of 240?' }] },
  {
    messages: [
      { role: 'system', content: 'Be brief. '.repeat(50) },
      { role: 'user', content: 'Translate the letter into French.' },
      { role: 'assistant', content: 'Cher voisin' },
      { role: 'user', content: 'shorter, please' },
    ],
  },
  {
    messages: [
      { role: 'user', content: 'Rewrite the parser.' },
      { role: 'assistant', content: 'Done.' },
      { role: 'user', content: '<a-b>shorter</a-b>shorter, please' },
      { role: 'user', content: '<U\u017fer_query>Write a haiku about rain.</U\u017fer_query>' },
      { role: 'user', content: '<system-reminder>be careful</system-reminder>' },
    ],
    functions: [{ name: 'run', parameters: {} }],
  },
  {
    messages: [
      { role: 'user', content: 'Write a function.' },
      { role: 'assistant', content: null, tool_calls: [{ id: '1', function: { name: 'run' } }] },
      { role: 'tool', content: 'exit code 1' },
      {
        role: 'user',
        content:
          '<system-reminder id="1">be careful</system-reminder>and now? <\u017fy\u212a-x>a</\u017fy\u212a-x>',
      },
    ],
    tools: [
      {
        type: 'function',
        function: {
          name: 'run_code',
          description: 'Runs code.',
          parameters: {
            type: 'object',
            properties: { 10: { description: 'ten' }, 2: { anyOf: [{ description: 'two' }] } },
          },
        },
      },
    ],
    response_format: { type: 'json_schema', json_schema: { name: 'answer' } },
    max_tokens: 1000,
  },
  {
    messages: [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'What is in the picture?' },
          { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } },
          { type: 'input_image', image_url: 'x' },
          { type: 'input_image_url', image_url: 'x' },
          { type: ['image'] },
          { type: 'file', file: { file_data: 'AAAA' } },
          { type: 'document', source: { type: 'text', data: 'plain text' } },
        ],
      },
    ],
    system: [{ type: 'text', text: 'Answer in German.' }],
    max_completion_tokens: 100_000,
  },
  [{ role: 'user', content: 'messages without a request' }],
];

/** Prompts of any form, the same ones for the same seed. */
export function samplePrompts(count: number, seed: number): unknown[] {
  const anyPrompt = fc.oneof(anyText, anyChatRequest, anyMalformedPrompt);
  // JSON makes what JavaScript alone can hold into what both languages can.
  return fc
    .sample(anyPrompt, { numRuns: count, seed })
    .map((prompt) => JSON.parse(JSON.stringify(prompt) ?? 'null') as unknown);
}

/** Options for a policy, as likely to be good ones as ones that cannot be followed. */
export function drawOptions(policy: Policy, random: Random): DecideOptions {
  const ids = [...policy.models.map(({ id }) => id), 'no-such-model'];
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
  const maybe = <T extends object>(share: number, members: () => T): Partial<T> =>
    random() < share ? members() : {};
  const some = <T>(items: readonly T[]): T[] => items.filter(() => random() < 0.6);
  const state = (): object => ({
    [pick(ids)]: { unavailable: 'down' },
    [pick(ids)]: pick<unknown>(['down', 7, [], { capabilities: 'all' }]),
    [pick(ids)]: { capabilities: { vision: random() < 0.5, tools: random() < 0.5 } },
  });
  const constraints = (): object => ({
    ...maybe(0.3, () => ({ maxCostUsd: 10 ** (-1 - 5 * random()) })),
    ...maybe(0.3, () => ({ maxLatencyMs: 10 ** (5 * random()) })),
    ...maybe(0.3, () => ({ minQuality: random() })),
    ...maybe(0.2, () => ({ allow: some(ids) })),
    ...maybe(0.2, () => ({ deny: some(ids) })),
    ...maybe(0.1, () => ({ capabilities: some(['vision', 'tools', 'json', 'reasoning']) })),
    ...maybe(0.1, () => ({ maxOutputTokens: Math.floor(1e5 * random()) })),
    ...maybe(0.1, () => ({ contextMargin: random() })),
    ...maybe(0.03, () => ({ maxCost: 1 })),
    ...maybe(0.03, () => ({ minQuality: '1' })),
  });
  const options = {
    ...maybe(0.6, () => ({
      objective: pick<unknown>([
        ...policy.objectives.map(({ name }) => name),
        { costWeightPerUsd: 100 * random(), latencyWeightPerSecond: random(), margin: 0.01 },
        { costWeightPerUsd: 10, latencyWeightPerSecond: 0 },
        { costWeightPerUsd: -1, latencyWeightPerSecond: 0 },
        'no-such-objective',
        7,
      ]),
    })),
    ...maybe(0.5, () => ({ constraints: constraints() })),
    ...maybe(0.15, () => ({ task: pick([...policy.tasks, 'no-such-task']) })),
    ...maybe(0.15, () => ({ model: pick(ids) })),
    ...maybe(0.3, () => ({
      current: {
        model: pick(ids),
        ...maybe(0.5, () => ({ cachedTokens: Math.floor(1e5 * random()) })),
      },
    })),
    ...maybe(0.3, () => ({
      explore: {
        share: pick([0, 0.1, 0.5, 1, 2]),
        seed: pick([7, -0.5, 1e21, 'ä😀', '']),
        ...maybe(0.5, () => ({ candidate: pick<unknown>([...ids, 7]) })),
      },
    })),
    ...maybe(0.2, () => ({ models: state() })),
  };
  return options as DecideOptions;
}
