import * as fc from 'fast-check';

/** Any string that JavaScript can hold: NUL, lone surrogates, all scripts, words and code too. */
export const anyText: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc
    .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 300 })
    .map((units) => String.fromCharCode(...units)),
  fc
    .array(
      fc.constantFrom('the', 'Sum', '你好', 'x=1;', '\n', 'A.', 'ÜBER', 'привет', '|', '  ', '?'),
      {
        maxLength: 60,
      },
    )
    .map((words) => words.join(' ')),
);

/** A chat request as it should be. */
export const anyChatRequest = fc.record(
  {
    messages: fc.array(
      fc.record({
        role: fc.constantFrom('system', 'developer', 'user', 'assistant', 'tool'),
        content: fc.oneof(
          anyText,
          fc.constant(null),
          fc.array(
            fc.oneof(
              fc.record({ type: fc.constant('text' as const), text: anyText }),
              fc.constant({
                type: 'image_url' as const,
                image_url: { url: 'https://images.test/1.png' },
              }),
            ),
            { maxLength: 3 },
          ),
        ),
      }),
      { maxLength: 5 },
    ),
    tools: fc.array(
      fc.record({
        type: fc.constant('function'),
        function: fc.record({ name: anyText, description: anyText }),
      }),
      { maxLength: 3 },
    ),
  },
  { requiredKeys: ['messages'] },
);

/** What is not a prompt at all, and what nearly is one. */
export const anyMalformedPrompt: fc.Arbitrary<unknown> = fc.oneof(
  fc.jsonValue(),
  fc.record({ messages: fc.jsonValue(), tools: fc.jsonValue() }),
  fc.record({
    messages: fc.array(
      fc.record({
        role: fc.oneof(fc.constantFrom('user', 'system', 'tool'), fc.jsonValue()),
        content: fc.oneof(
          fc.jsonValue(),
          fc.array(
            fc.record(
              {
                type: fc.oneof(fc.constantFrom('text', 'image_url', 'image'), fc.jsonValue()),
                text: fc.jsonValue(),
              },
              { requiredKeys: [] },
            ),
          ),
        ),
      }),
    ),
    tools: fc.array(fc.jsonValue()),
  }),
);
