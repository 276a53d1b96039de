/** A text with the encoding that its bytes were found to have. */
export interface DecodedText {
  readonly text: string;
  readonly encoding: 'UTF-8' | 'UTF-16' | 'Windows-1252';
}

/**
 * Decodes the bytes of a text file: by its byte order mark, as UTF-16 where every other byte of the
 * start is zero, as UTF-8 where that is valid, and otherwise as Windows-1252, which holds Latin-1.
 *
 * @returns undefined for bytes that are no text: the result would contain the character U+0000
 */
export function decodeText(bytes: Uint8Array): DecodedText | undefined {
  const decoded = decodeBytes(bytes);
  return decoded.text.includes('\0') ? undefined : decoded;
}

function decodeBytes(bytes: Uint8Array): DecodedText {
  const order = findByteOrder(bytes);
  if (order !== undefined) {
    return { text: new TextDecoder(`utf-16${order}`).decode(bytes), encoding: 'UTF-16' };
  }
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes), encoding: 'UTF-8' };
  } catch {
    return { text: decodeWindows1252(bytes), encoding: 'Windows-1252' };
  }
}

/** The byte order of UTF-16, from its mark or from zero bytes; undefined for other encodings. */
function findByteOrder(bytes: Uint8Array): 'le' | 'be' | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'be';
  const start = bytes.subarray(0, 200);
  const zeros = [0, 0];
  start.forEach((byte, index) => {
    if (byte === 0) zeros[index % 2] = (zeros[index % 2] ?? 0) + 1;
  });
  const [even = 0, odd = 0] = zeros;
  const many = start.length / 4;
  if (odd > many && even === 0) return 'le';
  return even > many && odd === 0 ? 'be' : undefined;
}

/** The characters of 0x80 to 0x9f; the five that Windows-1252 does not define stay controls. */
const windowsCharacters = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ';

/** Node 20 decodes 0x80 to 0x9f as Latin-1, where the encoding standard has Windows-1252. */
function decodeWindows1252(bytes: Uint8Array): string {
  return Buffer.from(bytes)
    .toString('latin1')
    .replace(
      /[\x80-\x9f]/g,
      (character) => windowsCharacters[character.charCodeAt(0) - 0x80] ?? '',
    );
}
