import type { Prompt } from '../../llm/chat.js';
import { decodePrompt } from '../../measure/outcomes/outcome-row.js';
import { isJsonObject, type JsonValue } from '../../util/json.js';
import { failure, success, type Result } from '../../util/result.js';

/**
 * The prompt of a logged request: a text, messages, or the body of a request, whose messages, tools and
 * system prompt are read. What else shapes an answer is not part of it.
 */
export function decodeRequest(request: JsonValue | undefined): Result<Prompt> {
  if (Array.isArray(request)) return decodePrompt({ messages: request });
  if (!isJsonObject(request)) return decodePrompt({ prompt: request });
  const system = readSystem(request['system']);
  if (!system.ok) return system;
  const { prompt, messages, tools } = request;
  if (system.value === '') return decodePrompt({ prompt, messages, tools });
  const turns = Array.isArray(messages) ? messages : [{ role: 'user', content: prompt }];
  return decodePrompt({ messages: [{ role: 'system', content: system.value }, ...turns], tools });
}

/** A system prompt beside the messages, in Anthropic's form: a text, or blocks of text. */
function readSystem(system: JsonValue | undefined): Result<string> {
  if (typeof system === 'string') return success(system);
  const blocks = Array.isArray(system) ? system : [system ?? null];
  const texts: string[] = [];
  for (const block of blocks) {
    if (block === null) continue;
    const text = isJsonObject(block) && block['type'] === 'text' ? block['text'] : undefined;
    if (typeof text !== 'string') return failure('system must be a text, or blocks of text');
    texts.push(text);
  }
  return success(texts.join('\n\n'));
}
