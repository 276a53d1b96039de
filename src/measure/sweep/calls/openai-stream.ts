import { isJsonObject, type JsonObject, type JsonValue } from '../../../util/json.js';
import { normaliseOpenAiUsage, readReportedCostUsd } from '../../../llm/normalise-openai-usage.js';
import { parseJsonObject } from '../../../util/parse-json-object.js';
import { classifyStreamError, createFailure } from './classify-failure.js';
import { createCompletionCollector } from './completion-collector.js';
import { readText, type CompletionStream } from './completion-stream.js';

/**
 * Creates the state of one completion in OpenAI's protocol.
 *
 * @param elapsedMs milliseconds since the request was sent
 * @param secrets values that must not appear in a failure's message
 */
export function createOpenAiStream(
  elapsedMs: () => number,
  secrets: readonly (string | undefined)[],
): CompletionStream {
  const completion = createCompletionCollector(elapsedMs);
  let rawUsage: JsonValue = null;

  function acceptChoice(choice: JsonObject): void {
    if (typeof choice['finish_reason'] === 'string') completion.finish(choice['finish_reason']);
    const delta = choice['delta'];
    if (!isJsonObject(delta)) return;
    completion.noteReasoning(readText(delta['reasoning']) || readText(delta['reasoning_content']));
    completion.addText(readText(delta['content']));
    completion.addRefusal(readText(delta['refusal']));
    const calls = delta['tool_calls'];
    if (Array.isArray(calls)) (calls as readonly JsonValue[]).forEach(acceptToolCall);
  }

  function acceptToolCall(call: JsonValue): void {
    if (!isJsonObject(call)) return;
    const called = isJsonObject(call['function']) ? call['function'] : {};
    completion.addToolCall({
      index: typeof call['index'] === 'number' ? call['index'] : undefined,
      name: readText(called['name']),
      argumentText: readText(called['arguments']),
    });
  }

  return {
    accept(data) {
      if (completion.ended) return;
      if (data.trim() === '[DONE]') {
        completion.end();
        return;
      }
      const chunk = parseJsonObject(data);
      if (chunk === undefined) {
        const message = 'an event of the stream is not JSON';
        completion.fail(createFailure('malformed', { message, mayBeCharged: true }));
        return;
      }
      const error = chunk['error'];
      if (isJsonObject(error) || typeof error === 'string') {
        completion.fail(classifyStreamError(error, secrets));
        return;
      }
      const choice = Array.isArray(chunk['choices']) ? chunk['choices'][0] : undefined;
      if (isJsonObject(choice)) acceptChoice(choice);
      // Usage comes last, with empty choices; some servers send a running count before that.
      if (isJsonObject(chunk['usage'])) rawUsage = chunk['usage'];
      completion.noteServed(chunk['model'], chunk['provider'], chunk['system_fingerprint']);
    },
    fail: completion.fail,
    get ended() {
      return completion.ended;
    },
    result: () =>
      completion.result({
        usage: normaliseOpenAiUsage(rawUsage),
        rawUsage,
        costUsd: readReportedCostUsd(rawUsage),
      }),
  };
}
