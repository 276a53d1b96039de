import type { Readable } from 'node:stream';
import { text as readText } from 'node:stream/consumers';
import type { Prompt } from '../../llm/chat.js';
import { RoutesmithError } from '../../util/errors.js';
import { isJsonObject } from '../../util/json.js';

type Input = Readable & { readonly isTTY?: boolean };

/**
 * The prompt of a command: a file of messages, the words on the command line, or what is piped in.
 *
 * @param words the prompt's words; none reads `input`, unless it is a terminal
 * @throws RoutesmithError `usage` where there is no prompt or more than one, `invalid_input` for a
 * file of messages that is none
 */
export async function readPrompt(
  words: readonly string[],
  messagesFile: string | undefined,
  input: Input = process.stdin,
): Promise<Prompt> {
  if (messagesFile !== undefined) {
    if (words.length > 0) {
      throw new RoutesmithError('usage', 'a prompt and --messages are both given', {
        fix: 'Give one of them.',
      });
    }
    return readMessages(messagesFile);
  }
  const prompt = words.length > 0 ? words.join(' ') : await readPiped(input);
  if (/\S/.test(prompt)) return prompt;
  throw new RoutesmithError('usage', 'there is no prompt', {
    fix: 'Write it after the policy file, in quotes, or pipe it in.',
  });
}

async function readPiped(input: Input): Promise<string> {
  if (input.isTTY === true) return '';
  // The line break that ends a text file is no part of what is asked.
  return (await readText(input)).replace(/\r?\n$/, '');
}

async function readMessages(file: string): Promise<Prompt> {
  const [{ readTextFile }, { decodePrompt }] = await Promise.all([
    import('../../util/read-text-file.js'),
    import('../../measure/outcomes/outcome-row.js'),
  ]);
  const text = await readTextFile(file);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw invalid(file, 'the file is not JSON', cause);
  }
  const members = Array.isArray(value) ? { messages: value } : value;
  if (!isJsonObject(members) || members['messages'] === undefined) {
    throw invalid(file, 'the file holds no messages');
  }
  const prompt = decodePrompt({ messages: members['messages'], tools: members['tools'] });
  if (!prompt.ok) throw invalid(file, prompt.problem);
  return prompt.value;
}

function invalid(file: string, what: string, cause?: unknown): RoutesmithError {
  return new RoutesmithError('invalid_input', what, {
    where: file,
    fix: 'Write [{"role": "user", "content": "..."}], or {"messages": [...], "tools": [...]}.',
    cause,
  });
}
