const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const codes = new Int16Array(128).fill(-1);
for (let index = 0; index < alphabet.length; index++) codes[alphabet.charCodeAt(index)] = index;

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
export function decodeBase64(text: string): Uint8Array | undefined {
  if (text.length % 4 !== 0) return undefined;
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const digits = text.length - padding;
  const bytes = new Uint8Array((text.length / 4) * 3 - padding);
  let size = 0;
  let group = 0;
  for (let index = 0; index < digits; index++) {
    const unit = text.charCodeAt(index);
    const code = unit < 128 ? (codes[unit] as number) : -1;
    if (code < 0) return undefined;
    group = (group << 6) | code;
    if (index % 4 === 3) {
      bytes[size++] = group >> 16;
      bytes[size++] = (group >> 8) & 255;
      bytes[size++] = group & 255;
      group = 0;
    }
  }
  if (padding === 1) {
    bytes[size++] = group >> 10;
    bytes[size++] = (group >> 2) & 255;
  } else if (padding === 2) {
    bytes[size++] = group >> 4;
  }
  return bytes;
}
