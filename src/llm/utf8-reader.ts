/** Decodes UTF-8 that arrives in pieces, however they are cut. */
export interface Utf8Reader {
  /** The text of the next piece. Half a character at its end waits for the next one. */
  read(bytes: Uint8Array): string;
}

/** Without a state of its own, which makes it several times as fast. Keeps a byte order mark. */
const wholeDecoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** Creates a reader. A byte order mark is kept; invalid bytes become U+FFFD. */
export function createUtf8Reader(): Utf8Reader {
  let decoder: TextDecoder | undefined;
  /** Whether the decoder may hold the first bytes of a character. */
  let holdsBytes = false;
  return {
    read(bytes) {
      const endsInCharacter = (bytes.at(-1) ?? 0) >= 0x80;
      if (!holdsBytes && !endsInCharacter) return wholeDecoder.decode(bytes);
      decoder ??= new TextDecoder('utf-8', { ignoreBOM: true });
      // An empty piece leaves what is held as it is.
      if (bytes.length > 0) holdsBytes = endsInCharacter;
      return decoder.decode(bytes, { stream: true });
    },
  };
}
