/** More calls than any model makes in one turn; a higher index is a broken stream. */
const maxToolCalls = 128;

/** A piece of a tool call. */
export interface ToolCallDelta {
  /** Which call of the turn it belongs to; a new one where it is not said. */
  readonly index: number | undefined;
  readonly name: string;
  /** A piece of the arguments' JSON. */
  readonly argumentText: string;
}

/** Puts together tool calls that arrive in pieces. */
export interface ToolCallCollector {
  /** Takes a piece; false where its index is no index. */
  accept(delta: ToolCallDelta): boolean;
  /** The calls as JSON, `{"tool_calls":[{"name":...,"arguments":...}]}`; empty where none came. */
  answer(): string;
}

/** Creates a collector for one completion. */
export function createToolCallCollector(): ToolCallCollector {
  // Most completions call no tool.
  let calls: Map<number, { name: string; argumentText: string }> | undefined;
  return {
    accept(delta) {
      calls ??= new Map();
      const index = delta.index ?? calls.size;
      if (index < 0 || index >= maxToolCalls) return false;
      const call = calls.get(index) ?? { name: '', argumentText: '' };
      call.name += delta.name;
      call.argumentText += delta.argumentText;
      calls.set(index, call);
      return true;
    },
    answer() {
      if (calls === undefined || calls.size === 0) return '';
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

/** A model may write arguments that are no JSON: they stay the text they are. None are `{}`. */
function parseArguments(text: string): unknown {
  if (text.trim() === '') return {};
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
