const simpleEscapes = new Map([
  ['n', '\n'],
  ['t', '\t'],
  ['r', '\r'],
  ['\\', '\\'],
  ["'", "'"],
  ['"', '"'],
  ['a', '\x07'],
  ['b', '\b'],
  ['f', '\f'],
  ['v', '\v'],
  ['\n', ''],
]);

const hexEscapes = new Map([
  ['x', 2],
  ['u', 4],
  ['U', 8],
]);

/**
 * Parses a Python list of strings as `repr` writes it: `['a', "it's"]`, with Python's escapes except
 * octal ones and `\N{...}`, which `repr` never writes. Nothing is evaluated.
 *
 * @returns the strings, or undefined if the text is anything else
 */
export function parsePythonList(text: string): string[] | undefined {
  let at = skipSpace(text, 0);
  if (text[at] !== '[') return undefined;
  const elements: string[] = [];
  at = skipSpace(text, at + 1);
  while (text[at] !== ']') {
    const element = parseString(text, at);
    if (element === undefined) return undefined;
    elements.push(element.value);
    at = skipSpace(text, element.end);
    if (text[at] === ',') at = skipSpace(text, at + 1);
    else if (text[at] !== ']') return undefined;
  }
  return skipSpace(text, at + 1) === text.length ? elements : undefined;
}

function parseString(text: string, start: number): { value: string; end: number } | undefined {
  const quote = text[start];
  if (quote !== "'" && quote !== '"') return undefined;
  const pieces: string[] = [];
  let plainFrom = start + 1;
  for (let at = plainFrom; at < text.length; at++) {
    const character = text[at];
    if (character === quote) {
      pieces.push(text.slice(plainFrom, at));
      return { value: pieces.join(''), end: at + 1 };
    }
    if (character === '\n') return undefined;
    if (character !== '\\') continue;
    const escape = parseEscape(text, at);
    if (escape === undefined) return undefined;
    pieces.push(text.slice(plainFrom, at), escape.value);
    plainFrom = escape.end;
    at = escape.end - 1;
  }
  return undefined;
}

function parseEscape(text: string, backslash: number): { value: string; end: number } | undefined {
  const kind = text[backslash + 1];
  if (kind === undefined) return undefined;
  const simple = simpleEscapes.get(kind);
  if (simple !== undefined) return { value: simple, end: backslash + 2 };
  const digits = hexEscapes.get(kind);
  // Python keeps the backslash of an unknown escape.
  if (digits === undefined) return { value: `\\${kind}`, end: backslash + 2 };
  const end = backslash + 2 + digits;
  const hex = text.slice(backslash + 2, end);
  if (hex.length !== digits || !/^[0-9a-f]+$/i.test(hex)) return undefined;
  const code = parseInt(hex, 16);
  return code > 0x10ffff ? undefined : { value: String.fromCodePoint(code), end };
}

function skipSpace(text: string, start: number): number {
  let at = start;
  while (text[at] === ' ' || text[at] === '\n' || text[at] === '\t' || text[at] === '\r') at++;
  return at;
}
