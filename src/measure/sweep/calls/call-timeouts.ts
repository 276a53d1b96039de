import type { PromptWithMembers } from '../../../llm/chat.js';
import { boundOutputTokens } from '../../../llm/worst-case-cost.js';
import type { ModelTimeouts, PoolModel } from '../../models/model.js';
import { findTokenLimit, readMembers } from './prompt-members.js';

/** Timeouts of a sweep's calls in milliseconds. They do not affect answers. */
export interface CallTimeouts extends Required<ModelTimeouts> {
  /** To connect only, without the wait for headers that the router's `connectMs` includes. @default 10_000 */
  readonly connectMs: number;
}

/** The shortest defaults, for models whose answers are short. */
export const defaultCallTimeouts: CallTimeouts = {
  connectMs: 10_000,
  firstByteMs: 120_000,
  firstContentMs: 240_000,
  idleMs: 60_000,
  totalMs: 300_000,
};

/** A slow model: reasoning arrives as silence, so that a call has to last as long as it may take. */
const slowTokensPerSecond = 20;

/** What a model that reasons may write where nothing limits it. */
const reasoningTokens = 32_000;

/**
 * The timeouts of a call. By default they grow with the answer that the model may give: one
 * that is cut off is paid for and lost, and the hardest prompts would be missing.
 *
 * @param given replace the defaults; the pool's own settings come before them
 */
export function computeCallTimeouts(
  model: PoolModel,
  prompt: PromptWithMembers,
  given: Partial<CallTimeouts> = {},
): CallTimeouts {
  const { parameters, capabilities, timeouts } = model;
  const effort = parameters.reasoningEffort ?? readMembers(prompt)['reasoning_effort'];
  const reasons = capabilities?.reasoning === true || effort !== undefined;
  const limit = boundOutputTokens({ max_tokens: findTokenLimit(model, prompt) ?? null }, Infinity);
  const tokens = Number.isFinite(limit) ? limit : reasons ? reasoningTokens : 0;
  const answerMs = Math.ceil((1000 * tokens) / slowTokensPerSecond);
  const { connectMs, firstByteMs, firstContentMs, idleMs, totalMs } = defaultCallTimeouts;
  return {
    connectMs,
    firstByteMs: Math.max(firstByteMs, answerMs),
    firstContentMs: Math.max(firstContentMs, answerMs),
    idleMs,
    totalMs: Math.max(totalMs, answerMs + firstByteMs),
    ...given,
    ...timeouts,
  };
}
