import { responseLimits } from './response-limits.js';

/** One server-sent event. */
export interface SseEvent {
  /** The `event` field; empty if there was none. */
  readonly type: string;
  /** The `data` lines, joined by line feeds. */
  readonly data: string;
}

export interface SseParser {
  /**
   * Takes the next characters, however they are cut, and returns the events that they complete.
   *
   * @throws RangeError if one event grows beyond its limit of characters or 100,000 lines
   */
  feed(text: string): SseEvent[];
}

/** Each line of an event costs memory, even if it is empty. */
const maxEventLines = 100_000;
const byteOrderMark = 0xfeff;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const openingBrace = 0x7b;

/**
 * Creates a parser of server-sent events by the rules of the WHATWG standard (HTML, section 9.2.6):
 * lines end in LF, CR or CRLF, a byte order mark at the start is skipped, lines of data are joined,
 * comments and unknown fields are ignored, and an unfinished event at the end is dropped. `id` and
 * `retry` are ignored because nothing here reconnects. Beyond the standard, errors that are written
 * without a `data` field are read: `error: {...}` (llama.cpp before 2025), and a line of bare JSON.
 *
 * @param maxEventCharacters of one event
 */
export function createSseParser(
  maxEventCharacters: number = responseLimits.maxAnswerCharacters,
): SseParser {
  let isFirst = true;
  /** The beginning of a line whose end has not arrived. */
  let pieces: string[] = [];
  let pieceLength = 0;
  let skipsLineFeed = false;
  let data: string | undefined;
  let dataLines = 0;
  let type = '';

  function takeLine(line: string, events: SseEvent[]): void {
    if (line === '') {
      if (data !== undefined) events.push({ type, data });
      data = undefined;
      dataLines = 0;
      type = '';
      return;
    }
    if (line.charCodeAt(0) === openingBrace) {
      addData(line);
      return;
    }
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    if (field !== 'data' && field !== 'event' && field !== 'error') return;
    const start = line.charAt(colon + 1) === ' ' ? colon + 2 : colon + 1;
    const value = colon < 0 ? '' : line.slice(start);
    if (field === 'event') type = value;
    else if (field === 'data') addData(value);
    else if (value.charCodeAt(0) === openingBrace) {
      type = 'error';
      addData(value);
    }
  }

  function addData(value: string): void {
    dataLines += 1;
    if (dataLines > maxEventLines) {
      throw new RangeError(`an event is longer than ${maxEventLines} lines`);
    }
    data = data === undefined ? value : `${data}\n${value}`;
  }

  function takeLines(text: string, first: number, events: SseEvent[]): number {
    let start = first;
    let nextReturn = text.indexOf('\r', start);
    for (;;) {
      const nextFeed = text.indexOf('\n', start);
      if (nextReturn !== -1 && nextReturn < start) nextReturn = text.indexOf('\r', start);
      if (nextFeed === -1 && nextReturn === -1) return start;
      const isReturn = nextReturn !== -1 && (nextFeed === -1 || nextReturn < nextFeed);
      const end = isReturn ? nextReturn : nextFeed;
      const rest = text.slice(start, end);
      takeLine(pieces.length === 0 ? rest : pieces.join('') + rest, events);
      pieces = [];
      pieceLength = 0;
      start = isReturn && nextFeed === end + 1 ? end + 2 : end + 1;
    }
  }

  return {
    feed(text) {
      const events: SseEvent[] = [];
      if (text === '') return events;
      let start = 0;
      if (isFirst && text.charCodeAt(0) === byteOrderMark) start = 1;
      isFirst = false;
      // The first half of this CRLF was the end of the previous piece.
      if (skipsLineFeed && text.charCodeAt(start) === lineFeed) start += 1;
      start = takeLines(text, start, events);
      skipsLineFeed = text.charCodeAt(text.length - 1) === carriageReturn;
      if (start < text.length) {
        pieces.push(text.slice(start));
        pieceLength += text.length - start;
      }
      if (pieceLength + (data?.length ?? 0) > maxEventCharacters) {
        throw new RangeError(`an event is longer than ${maxEventCharacters} characters`);
      }
      return events;
    },
  };
}
