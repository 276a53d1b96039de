import { expect, it } from 'vitest';
import type { ChatRequest } from '../../../src/llm/chat.js';
import { bytesPerToken, measurePrompt } from '../../../src/measure/sweep/prompt-bytes.js';
import { findNeeds } from '../../../src/policy/decide/request-needs.js';

it('an image counts for as many tokens in estimates as in the decisions of a policy', () => {
  const image = { type: 'image_url', image_url: { url: 'https://example.com/a.png' } };
  const prompt: ChatRequest = { messages: [{ role: 'user', content: [image, image] }] };
  expect(measurePrompt(prompt)).toBeGreaterThan(0);
  expect(measurePrompt(prompt)).toBe(findNeeds(prompt).attachmentTokens * bytesPerToken);
});
