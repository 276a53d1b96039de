import { eld } from 'eld/small';
import { splitPromptFields } from '../../../policy/features/prompt-fields.js';
import type { Prompt } from '../../../llm/chat.js';

/** Enough of a prompt to tell its language by. */
const maxCharacters = 600;

/**
 * The language that a prompt asks in, by its letters: a guess, and none where the text is too short
 * or too mixed for one. A task that quotes another language counts as the language it is asked in.
 *
 * @returns an ISO 639-1 code such as `en`, or undefined
 */
export function detectLanguage(prompt: Prompt): string | undefined {
  const detected = eld.detect(splitPromptFields(prompt).ask.slice(0, maxCharacters));
  return detected.language !== '' && detected.isReliable() ? detected.language : undefined;
}
