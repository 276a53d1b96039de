import { countImages, promptText, tokensPerAttachment, type Prompt } from '../../llm/chat.js';

/** UTF-8 bytes of a prompt per token; approximately right for English and most scripts. */
export const bytesPerToken = 4;

/** The bytes of a prompt's text, and those that its images stand for. */
export function measurePrompt(prompt: Prompt): number {
  const imageBytes = countImages(prompt) * tokensPerAttachment * bytesPerToken;
  return Buffer.byteLength(promptText(prompt)) + imageBytes;
}
