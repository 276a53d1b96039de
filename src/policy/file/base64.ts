const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Bytes as padded base64. */
export function encodeBase64(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let index = 0; index < bytes.length; index += 3) {
    const first = bytes[index] as number;
    const second = bytes[index + 1];
    const third = bytes[index + 2];
    const group = (first << 16) | ((second ?? 0) << 8) | (third ?? 0);
    parts.push(
      alphabet.charAt(group >> 18),
      alphabet.charAt((group >> 12) & 63),
      second === undefined ? '=' : alphabet.charAt((group >> 6) & 63),
      third === undefined ? '=' : alphabet.charAt(group & 63),
    );
  }
  return parts.join('');
}

/** Bytes of padded base64, or undefined where the text is not exactly that. */
export function decodeBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  let units: string;
  try {
    units = atob(text);
  } catch {
    return undefined;
  }
  // `atob` also takes white space, text without its padding, and bits that belong to no byte.
  if (btoa(units) !== text) return undefined;
  const bytes = new Uint8Array(units.length);
  for (let index = 0; index < bytes.length; index++) bytes[index] = units.charCodeAt(index);
  return bytes;
}
