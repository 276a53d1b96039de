import { isJsonObject, type JsonValue } from '../util/json.js';

/** More calls than any model makes in one turn; a higher index is a broken stream. */
const mostToolCalls = 128;

/** Puts together tool calls that arrive in pieces. */
export interface ToolCallCollector {
  /** Takes a delta's `tool_calls`; true where it held anything. */
  accept(deltas: JsonValue | undefined): boolean;
  /** The calls as JSON, `{"tool_calls":[{"name":...,"arguments":...}]}`; empty where none came. */
  answer(): string;
}

/** Creates a collector for one completion. */
export function createToolCallCollector(): ToolCallCollector {
  const calls = new Map<number, { name: string; argumentText: string }>();
  return {
    accept(deltas) {
      if (!Array.isArray(deltas)) return false;
      for (const delta of deltas as readonly JsonValue[]) {
        if (!isJsonObject(delta) || !isJsonObject(delta['function'])) continue;
        const index = typeof delta['index'] === 'number' ? delta['index'] : calls.size;
        if (index < 0 || index >= mostToolCalls) continue;
        const call = calls.get(index) ?? { name: '', argumentText: '' };
        const { name, arguments: argumentText } = delta['function'];
        if (typeof name === 'string') call.name += name;
        if (typeof argumentText === 'string') call.argumentText += argumentText;
        calls.set(index, call);
      }
      return deltas.length > 0;
    },
    answer() {
      if (calls.size === 0) return '';
      const inOrder = [...calls].sort(([a], [b]) => a - b).map(([, call]) => call);
      return JSON.stringify({
        tool_calls: inOrder.map(({ name, argumentText }) => ({
          name,
          arguments: parseArguments(argumentText),
        })),
      });
    },
  };
}

/** A model may write arguments that are no JSON: they stay the text they are. */
function parseArguments(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
