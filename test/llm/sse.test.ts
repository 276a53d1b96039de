import { createParser } from 'eventsource-parser';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSseParser, type SseEvent } from '../../src/llm/sse.js';

const encoder = new TextEncoder();

/** Parses pieces of a stream; bytes are decoded as the router decodes them. */
function parse(...pieces: readonly (string | Uint8Array)[]): SseEvent[] {
  const parser = createSseParser();
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  return pieces.flatMap((piece) =>
    parser.feed(typeof piece === 'string' ? piece : decoder.decode(piece, { stream: true })),
  );
}

function dataOf(...pieces: readonly (string | Uint8Array)[]): string[] {
  return parse(...pieces).map(({ data }) => data);
}

describe('the parser of server-sent events', () => {
  it.each([
    ['LF', 'data: a\n\ndata: b\n\n'],
    ['CRLF', 'data: a\r\n\r\ndata: b\r\n\r\n'],
    ['CR', 'data: a\r\rdata: b\r\r'],
    ['all of them', 'data: a\r\n\ndata: b\n\r'],
  ])('takes lines that end in %s', (_, text) => {
    expect(dataOf(text)).toEqual(['a', 'b']);
  });

  it('takes a CRLF that is cut in two for one line end', () => {
    expect(dataOf('data: a\r', '\ndata: b\r', '\n\r', '\n')).toEqual(['a\nb']);
  });

  it('gives an event at its CR, without waiting for what comes next', () => {
    expect(dataOf('data: a\r\r')).toEqual(['a']);
  });

  it('joins lines of data, and takes away one space only', () => {
    expect(dataOf('data: a\ndata:b\ndata:  c\ndata\n\n')).toEqual(['a\nb\n c\n']);
  });

  it('reads the type, and forgets it with the event', () => {
    expect(parse('event: ping\ndata: 1\n\ndata: 2\n\nevent: x\n\ndata: 3\n\n')).toEqual([
      { type: 'ping', data: '1' },
      { type: '', data: '2' },
      { type: '', data: '3' },
    ]);
  });

  it('reads past comments, other fields and names that only look alike', () => {
    expect(
      dataOf(': hello\nid: 7\nretry: 5\nDATA: no\n data: no\ndatax: no\ndata: yes\n\n'),
    ).toEqual(['yes']);
  });

  it('skips a byte order mark at the start, also one that is cut apart, and no other', () => {
    const bytes = encoder.encode('\uFEFFdata: \uFEFFa\n\n');
    expect(dataOf(bytes)).toEqual(['\uFEFFa']);
    expect(dataOf(bytes.subarray(0, 1), bytes.subarray(1, 2), bytes.subarray(2))).toEqual([
      '\uFEFFa',
    ]);
  });

  it('puts characters together that are cut apart', () => {
    const bytes = encoder.encode('data: Zürich 東京 👩‍🔬\n\n');
    expect(dataOf(...Array.from(bytes, (byte) => Uint8Array.of(byte)))).toEqual(['Zürich 東京 👩‍🔬']);
  });

  it('drops what the end leaves of an event', () => {
    expect(dataOf('data: a\n\ndata: b\n')).toEqual(['a']);
  });

  it('reads errors that are written without a data field', () => {
    expect(parse('error: {"code":500}\n\n{"error":1}\n\nerror: x\n\n')).toEqual([
      { type: 'error', data: '{"code":500}' },
      { type: '', data: '{"error":1}' },
    ]);
  });

  it('gives up on an event without an end', () => {
    const parser = createSseParser();
    const piece = 'x'.repeat(8 * 1024 * 1024);
    expect(() => {
      for (let index = 0; index < 5; index++) parser.feed(piece);
    }).toThrow(RangeError);
  });

  it('agrees with eventsource-parser on any stream, however it is cut', () => {
    const lineEnd = fc.constantFrom('\n', '\r\n', '\r');
    const value = fc.oneof(fc.string(), fc.string({ unit: 'grapheme' }), fc.constant('[DONE]'));
    const line = fc.oneof(
      { weight: 4, arbitrary: value.map((text) => `data: ${text}`) },
      { weight: 3, arbitrary: fc.constant('') },
      fc.constantFrom('data', 'data:', ':', ': keep-alive', 'event: ping', 'event:', 'id: 3', 'x'),
      value.map((text) => `data:${text}`),
      // A line that begins like JSON is read, beyond the standard.
      value.filter((text) => !text.startsWith('{')),
    );
    const streams = fc
      .array(fc.tuple(line, lineEnd), { maxLength: 30 })
      .map((lines) => lines.map((parts) => parts.join('')).join(''));
    const cuts = fc.array(fc.nat(400), { maxLength: 20 });
    fc.assert(
      fc.property(streams, cuts, (stream, places) => {
        const bytes = encoder.encode(stream);
        const ends = [...new Set([...places, bytes.length])].sort((a, b) => a - b);
        const pieces = ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end));
        const expected: SseEvent[] = [];
        const reference = createParser({
          onEvent: ({ data, event }) => expected.push({ type: event ?? '', data }),
        });
        reference.feed(new TextDecoder().decode(bytes));
        // It waits for what follows a CR at the end, which the standard takes for a line end.
        if (stream.endsWith('\r')) reference.feed('\n');
        expect(parse(...pieces)).toEqual(expected);
      }),
      { numRuns: 1000 },
    );
  });
});
