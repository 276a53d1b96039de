import { isJsonObject, type JsonObject, type JsonValue } from '../../../util/json.js';
import { normaliseAnthropicUsage } from '../../../llm/normalise-anthropic-usage.js';
import { parseJsonObject } from '../../../util/parse-json-object.js';
import { classifyStreamError, createFailure } from './classify-failure.js';
import { createCompletionCollector } from './completion-collector.js';
import { readText, type CompletionStream } from './completion-stream.js';

/** Anthropic's stop reasons in OpenAI's words; the others stay as they are. */
const finishReasons: ReadonlyMap<string, string> = new Map([
  ['end_turn', 'stop'],
  ['stop_sequence', 'stop'],
  ['max_tokens', 'length'],
  ['tool_use', 'tool_calls'],
  ['model_context_window_exceeded', 'length'],
]);

/**
 * Creates the state of one completion in Anthropic's Messages.
 *
 * @param elapsedMs milliseconds since the request was sent
 * @param secrets values that must not appear in a failure's message
 */
export function createAnthropicStream(
  elapsedMs: () => number,
  secrets: readonly (string | undefined)[],
): CompletionStream {
  const completion = createCompletionCollector(elapsedMs);
  let rawUsage: JsonObject | null = null;

  function noteUsage(usage: JsonValue | undefined): void {
    // The counts of the end are totals; what it does not repeat stays as it was at the start.
    if (isJsonObject(usage)) rawUsage = { ...rawUsage, ...usage };
  }

  function acceptBlock(index: number | undefined, block: JsonObject): void {
    if (block['type'] === 'text') completion.addText(readText(block['text']));
    if (block['type'] === 'thinking') completion.noteReasoning(readText(block['thinking']));
    if (block['type'] !== 'tool_use' && block['type'] !== 'server_tool_use') return;
    // Its input comes in pieces after it, and is empty here.
    completion.addToolCall({ index, name: readText(block['name']), argumentText: '' });
  }

  function acceptDelta(index: number | undefined, delta: JsonObject): void {
    if (delta['type'] === 'text_delta') completion.addText(readText(delta['text']));
    if (delta['type'] === 'thinking_delta') completion.noteReasoning(readText(delta['thinking']));
    if (delta['type'] !== 'input_json_delta') return;
    const argumentText = readText(delta['partial_json']);
    completion.addToolCall({ index, name: '', argumentText });
  }

  function acceptEvent(event: JsonObject): void {
    const index = typeof event['index'] === 'number' ? event['index'] : undefined;
    const { message, delta, content_block: block } = event;
    switch (event['type']) {
      case 'message_start':
        if (!isJsonObject(message)) return;
        completion.noteServed(message['model']);
        noteUsage(message['usage']);
        return;
      case 'content_block_start':
        if (isJsonObject(block)) acceptBlock(index, block);
        return;
      case 'content_block_delta':
        if (isJsonObject(delta)) acceptDelta(index, delta);
        return;
      case 'message_delta': {
        noteUsage(event['usage']);
        const reason = isJsonObject(delta) ? readText(delta['stop_reason']) : '';
        if (reason !== '') completion.finish(finishReasons.get(reason) ?? reason);
        return;
      }
      case 'message_stop':
        completion.end();
        return;
      case 'error':
        completion.fail(classifyStreamError(event['error'] ?? null, secrets));
        return;
      default:
      // A ping, or an event of a later version of the protocol.
    }
  }

  return {
    accept(data) {
      if (completion.ended) return;
      const event = parseJsonObject(data);
      if (event !== undefined) {
        acceptEvent(event);
        return;
      }
      const message = 'an event of the stream is not JSON';
      completion.fail(createFailure('malformed', { message, mayBeCharged: true }));
    },
    fail: completion.fail,
    get ended() {
      return completion.ended;
    },
    result: () => completion.result({ usage: normaliseAnthropicUsage(rawUsage), rawUsage }),
  };
}
