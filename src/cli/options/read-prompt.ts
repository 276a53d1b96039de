import type { Readable } from 'node:stream';
import { text as readText } from 'node:stream/consumers';
import { promptRequest, type Prompt } from '../../llm/chat.js';
import { RoutesmithError } from '../../util/errors.js';
import { isJsonObject, type JsonValue } from '../../util/json.js';
import { ownJson, parseJson } from '../../util/parse-json.js';

type Input = Readable & { readonly isTTY?: boolean };

/**
 * Reads the prompt of a command: from a file of messages, the command line, or standard input.
 *
 * @param words the words of the prompt; without any, `input` is read, unless it is a terminal
 * @throws RoutesmithError `usage` for no prompt or two of them, `invalid_input` for an invalid file
 * of messages
 */
export async function readPrompt(
  words: readonly string[],
  messagesFile: string | undefined,
  input: Input = process.stdin,
): Promise<Prompt> {
  if (messagesFile !== undefined) {
    if (words.length > 0) {
      throw new RoutesmithError('usage', 'a prompt cannot be combined with --messages', {
        fix: 'Remove one of the two.',
      });
    }
    return readMessages(messagesFile);
  }
  const prompt = words.length > 0 ? words.join(' ') : await readPiped(input);
  if (/\S/.test(prompt)) return prompt;
  throw new RoutesmithError('usage', 'there is no prompt', {
    fix: 'Write it after the policy file, in quotes, or pipe it to standard input.',
  });
}

async function readPiped(input: Input): Promise<string> {
  if (input.isTTY === true) return '';
  // The line break at the end of a text file is not part of the prompt.
  return (await readText(input)).replace(/\r?\n$/, '');
}

/** Messages, or the body of a request, with what else of it a decision reads, such as `max_tokens`. */
async function readMessages(file: string): Promise<Prompt> {
  const [{ readTextFile }, { decodeRequest }] = await Promise.all([
    import('../../util/read-text-file.js'),
    import('../../review/estimates/decode-request.js'),
  ]);
  const text = await readTextFile(file);
  let value: JsonValue;
  try {
    value = parseJson(text, ownJson);
  } catch (cause) {
    throw invalid(file, 'the file is not valid JSON', cause);
  }
  const request = Array.isArray(value) ? { messages: value as JsonValue } : value;
  if (!isJsonObject(request) || request['messages'] === undefined) {
    throw invalid(file, 'the file has no messages');
  }
  const prompt = decodeRequest(request);
  if (!prompt.ok) throw invalid(file, prompt.problem);
  if (typeof prompt.value === 'string') return prompt.value;
  const { messages: _messages, tools: _tools, system: _system, ...members } = request;
  return promptRequest({ ...prompt.value, members });
}

function invalid(file: string, problem: string, cause?: unknown): RoutesmithError {
  return new RoutesmithError('invalid_input', problem, {
    where: file,
    fix: 'Write [{"role": "user", "content": "..."}], or {"messages": [...], "tools": [...]}.',
    cause,
  });
}
