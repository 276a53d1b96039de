import * as fc from 'fast-check';
import { formatEvents, type StreamWriter } from '../../src/llm/answer-writer.js';
import { foldAnswer, type FoldedAnswer } from '../../src/llm/answer-fold.js';
import { protocols, type ProtocolName } from '../../src/llm/protocol.js';
import { createSseParser } from '../../src/llm/sse.js';
import type { Conclusion, StreamEvent } from '../../src/llm/types.js';
import type { Usage } from '../../src/llm/usage.js';

export const head = { id: 'a1', model: 'served-model', createdSeconds: 1_700_000_000 };

const text = fc.string({ minLength: 1, maxLength: 20, unit: 'grapheme' });

const toolCall = fc.record({
  id: fc.stringMatching(/^call_[a-z0-9]{1,8}$/),
  name: fc.stringMatching(/^[a-z_]{1,10}$/),
  input: fc.dictionary(fc.string({ maxLength: 5 }), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 3 }),
});

/** What a model may say: texts and tool calls, in the pieces of a stream. */
export const anyAnswer: fc.Arbitrary<readonly StreamEvent[]> = fc
  .record({
    texts: fc.array(text, { maxLength: 4 }),
    calls: fc.uniqueArray(toolCall, { maxLength: 3, selector: ({ id }) => id }),
    cut: fc.integer({ min: 1, max: 7 }),
  })
  .filter(({ texts, calls }) => texts.length + calls.length > 0)
  .map(({ texts, calls, cut }) => [
    ...texts.map((piece): StreamEvent => ({ kind: 'text', text: piece, choice: 0 })),
    ...calls.flatMap(({ id, name, input }, call): StreamEvent[] => {
      const json = JSON.stringify(input);
      const pieces = json.match(new RegExp(`[^]{1,${cut}}`, 'g')) ?? [];
      const piece = (part: Partial<Extract<StreamEvent, { kind: 'tool_call' }>>): StreamEvent => ({
        kind: 'tool_call',
        choice: 0,
        call,
        id: '',
        name: '',
        argumentText: '',
        ...part,
      });
      return [piece({ id, name }), ...pieces.map((argumentText) => piece({ argumentText }))];
    }),
  ]);

export const anyUsage: fc.Arbitrary<Usage> = fc
  .tuple(fc.nat(9999), fc.nat(99), fc.nat(99), fc.integer({ min: 1, max: 9999 }))
  .map(([uncached, cachedInputTokens, cacheWriteTokens, outputTokens]) => ({
    inputTokens: uncached + cachedInputTokens + cacheWriteTokens,
    cachedInputTokens,
    cacheWriteTokens,
    outputTokens,
    reasoningTokens: 0,
  }));

/** An answer as a client of a protocol reads it. */
export interface ReadBack extends FoldedAnswer {
  readonly conclusion: Conclusion;
  readonly usage: Usage | null;
}

/** Reads the text of a stream as a client of the protocol does. */
export function readStreamText(protocol: ProtocolName, stream: string): ReadBack {
  const reader = protocols[protocol].createStreamReader({ secrets: [], now: () => new Date(0) });
  const events = createSseParser()
    .feed(stream)
    .flatMap((event) => [...reader.accept(event).events]);
  return summarize(protocol, events, reader.conclude());
}

/** As `readStreamText`, of an answer in one piece. */
export function summarize(
  protocol: ProtocolName,
  events: readonly StreamEvent[],
  conclusion: Conclusion,
): ReadBack {
  const raw = events.findLast((event) => event.kind === 'usage')?.rawUsage;
  const { usage } = protocols[protocol].readUsage(raw);
  return { ...foldAnswer(events), conclusion, usage };
}

/** Writes events one by one. */
export function writeAll(
  writer: StreamWriter,
  events: readonly StreamEvent[],
  end: Parameters<StreamWriter['end']>[0],
): string {
  const pieces = events.map((event) => formatEvents(writer.write({ data: {}, events: [event] })));
  return pieces.join('') + formatEvents(writer.end(end));
}
