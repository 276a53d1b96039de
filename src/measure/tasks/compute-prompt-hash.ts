import { promptMessages, type Prompt } from '../../llm/chat.js';
import { sha256OfJson } from '../../util/sha256.js';

/**
 * SHA-256 of what a prompt sends, in hexadecimal. A text has the hash of the conversation that
 * holds nothing but this text as the user's message, because the same is sent.
 */
export function computePromptHash(prompt: Prompt): string {
  return sha256OfJson({
    messages: promptMessages(prompt),
    tools: typeof prompt === 'string' ? undefined : prompt.tools,
  });
}
