import { isJsonObject, type JsonObject, type JsonValue } from '../../../util/json.js';

const maxDepth = 20;
const openingFence = /^```(?:python|tool_code|py)?[^\S\n]{0,20}\n/;
const callStart = /[A-Za-z_][\w.]{0,127}\(/y;

/**
 * The calls of a text that is nothing but Python calls with named arguments, alone or in a list:
 * `get_weather(city="Paris", days=3)`. Empty where anything else is there.
 */
export function parsePythonCalls(
  answer: string,
): readonly { readonly name: string; readonly arguments: JsonObject }[] {
  if (answer.length > 20_000) return [];
  const inner = answer.trim().replace(openingFence, '');
  const parser = new PythonParser((inner.endsWith('```') ? inner.slice(0, -3) : inner).trim());
  return parser.parseCalls() ?? [];
}

/** Parses a Python list or other literal as JSON: `['a', "b", None]`. Undefined where it is none. */
export function parsePythonLiteral(text: string): JsonValue | undefined {
  return new PythonParser(text.trim()).parseLiteral();
}

class PythonParser {
  private at = 0;

  constructor(private readonly text: string) {}

  parseCalls(): readonly { name: string; arguments: JsonObject }[] | undefined {
    const isList = this.take('[');
    const calls: { name: string; arguments: JsonObject }[] = [];
    const goesOn = (): boolean => this.take(',') || (!isList && !this.isAtEnd());
    do {
      const call = this.call();
      if (call === undefined) return undefined;
      calls.push(call);
    } while (goesOn());
    if (isList && !this.take(']')) return undefined;
    return this.isAtEnd() ? calls : undefined;
  }

  parseLiteral(): JsonValue | undefined {
    const value = this.value(maxDepth);
    return value !== undefined && this.isAtEnd() ? value : undefined;
  }

  private call(): { name: string; arguments: JsonObject } | undefined {
    this.skipSpaces();
    callStart.lastIndex = this.at;
    const start = callStart.exec(this.text)?.[0];
    if (start === undefined) return undefined;
    this.at += start.length;
    if (start === 'print(') {
      const printed = this.call();
      return printed !== undefined && this.take(')') ? printed : undefined;
    }
    // functions.name({"a": 1}): the arguments as one object.
    if (this.peek() === '{') {
      const object = this.dictionary(maxDepth);
      const isCall = isJsonObject(object) && this.take(')');
      return isCall ? { name: start.slice(0, -1), arguments: object } : undefined;
    }
    const given: Record<string, JsonValue> = {};
    while (!this.take(')')) {
      const name = this.match(/\s*([A-Za-z_]\w{0,127})\s*=\s*/y)?.[1];
      const value = name === undefined ? undefined : this.value(maxDepth);
      if (name === undefined || value === undefined) return undefined;
      given[name] = value;
      if (!this.take(',') && this.peek() !== ')') return undefined;
    }
    return { name: start.slice(0, -1), arguments: given };
  }

  private value(depth: number): JsonValue | undefined {
    this.skipSpaces();
    if (depth <= 0) return undefined;
    const character = this.text[this.at];
    if (character === '"' || character === "'") return this.string();
    if (character === '[' || character === '(') return this.list(depth);
    if (character === '{') return this.dictionary(depth);
    const word = this.match(
      /True|False|None|true|false|null|-?\d{1,30}(?:\.\d{1,30})?(?:[eE][-+]?\d{1,3})?/y,
    )?.[0];
    if (word === undefined) return undefined;
    const constants: Record<string, JsonValue> = {
      true: true,
      false: false,
      none: null,
      null: null,
    };
    const constant = constants[word.toLowerCase()];
    return constant === undefined ? Number(word) : constant;
  }

  private string(): string | undefined {
    const quote = this.text[this.at] as string;
    let value = '';
    for (let at = this.at + 1; at < this.text.length; at++) {
      const character = this.text[at] as string;
      if (character === quote) {
        this.at = at + 1;
        return value;
      }
      if (character !== '\\') value += character;
      else {
        const escaped = this.text[++at] ?? '';
        value += ({ n: '\n', t: '\t', r: '\r' } as Record<string, string>)[escaped] ?? escaped;
      }
    }
    return undefined;
  }

  private list(depth: number): JsonValue | undefined {
    const close = this.text[this.at++] === '[' ? ']' : ')';
    const items: JsonValue[] = [];
    while (!this.take(close)) {
      const item = this.value(depth - 1);
      if (item === undefined) return undefined;
      items.push(item);
      if (!this.take(',') && this.peek() !== close) return undefined;
    }
    return items;
  }

  private dictionary(depth: number): JsonValue | undefined {
    this.at++;
    const members: Record<string, JsonValue> = {};
    while (!this.take('}')) {
      this.skipSpaces();
      const quote = this.text[this.at];
      const key = quote === '"' || quote === "'" ? this.string() : undefined;
      const value = key !== undefined && this.take(':') ? this.value(depth - 1) : undefined;
      if (key === undefined || value === undefined) return undefined;
      members[key] = value;
      if (!this.take(',') && this.peek() !== '}') return undefined;
    }
    return members;
  }

  private match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.at;
    const match = pattern.exec(this.text);
    this.at += match?.[0].length ?? 0;
    return match;
  }

  private take(character: string): boolean {
    this.skipSpaces();
    if (this.text[this.at] !== character) return false;
    this.at++;
    return true;
  }

  private peek(): string | undefined {
    this.skipSpaces();
    return this.text[this.at];
  }

  private skipSpaces(): void {
    while (/\s/.test(this.text[this.at] ?? '')) this.at++;
  }

  private isAtEnd(): boolean {
    this.skipSpaces();
    return this.at >= this.text.length;
  }
}
