/** One server-sent event. */
export interface SseEvent {
  /** The `event` field; empty where there was none. */
  readonly type: string;
  /** The `data` lines, joined by line feeds. */
  readonly data: string;
}

export interface SseParser {
  /** Takes the next bytes, however they are cut, and returns the events that they complete. */
  feed(bytes: Uint8Array): SseEvent[];
}

const maxEventLength = 32 * 1024 * 1024;

/**
 * Creates a parser of server-sent events, by the rules of the WHATWG standard (HTML, section 9.2.6):
 * lines end in LF, CR or CRLF, a byte order mark at the start is skipped, lines of data are joined,
 * comments and unknown fields are ignored, and what the end of the stream leaves of an event is
 * dropped. `id` and `retry` are read past: nothing here reconnects.
 *
 * @throws RangeError where one event grows beyond 32 million characters
 */
export function createSseParser(): SseParser {
  // The decoder keeps characters that are cut apart between chunks, and skips the mark.
  const decoder = new TextDecoder();
  let pieces: string[] = [];
  let pieceLength = 0;
  let skipsLineFeed = false;
  let data: string[] = [];
  let dataLength = 0;
  let type = '';

  function takeLine(line: string, events: SseEvent[]): void {
    if (line === '') {
      if (data.length > 0) events.push({ type, data: data.join('\n') });
      data = [];
      dataLength = 0;
      type = '';
      return;
    }
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const start = line.charAt(colon + 1) === ' ' ? colon + 2 : colon + 1;
    const value = colon < 0 ? '' : line.slice(start);
    if (field === 'data') {
      data.push(value);
      dataLength += value.length;
    } else if (field === 'event') {
      type = value;
    }
  }

  return {
    feed(bytes) {
      const events: SseEvent[] = [];
      const text = decoder.decode(bytes, { stream: true });
      if (text === '') return events;
      let start = 0;
      // The first half of a CRLF came with the chunk before.
      if (skipsLineFeed && text.charAt(0) === '\n') start = 1;
      skipsLineFeed = false;
      const lineEnd = /\r\n?|\n/g;
      lineEnd.lastIndex = start;
      for (let match = lineEnd.exec(text); match !== null; match = lineEnd.exec(text)) {
        const rest = text.slice(start, match.index);
        takeLine(pieces.length === 0 ? rest : pieces.join('') + rest, events);
        pieces = [];
        pieceLength = 0;
        start = lineEnd.lastIndex;
      }
      skipsLineFeed = text.endsWith('\r');
      if (start < text.length) {
        pieces.push(text.slice(start));
        pieceLength += text.length - start;
      }
      if (pieceLength + dataLength > maxEventLength) {
        throw new RangeError(`an event is longer than ${maxEventLength} characters`);
      }
      return events;
    },
  };
}
