/**
 * What does not fit, where a request is refused for its size: the prompt itself, or the prompt together
 * with the answer that the request allows, though the prompt alone would fit.
 */
type OverflowCause = 'prompt' | 'answer_limit';

/**
 * Says that the answer's limit was or may have been counted, in the words of OpenAI, vLLM, TGI, SGLang,
 * OpenRouter, Groq ("the messages or completion") and Kimi ("(requested: 9000)"). vLLM's "max_tokens must be
 * at least 1, got -186" is what the prompt alone leaves of the window.
 */
const countsAnswer =
  /max_(?:completion_|new_|output_)?tokens(?! must be at least 1)|(?:in the|for the|or) completion\b|in the output\b|output tokens|\(requested: \d+\)/i;

/** The model's window, as a provider's text names it. */
const windowSizes: readonly RegExp[] = [
  // OpenAI, Azure, DeepSeek, OpenRouter, vLLM, SGLang
  /maximum context length (?:is|of) (?<tokens>\d+)/i,
  // vLLM's renderer, Meta. It stops counting a prompt as soon as the answer no longer fits beside it:
  // only a count beyond the window says that the prompt is too long.
  /context length is only (?<tokens>\d+)/i,
  // TGI, Together: "`inputs` tokens + `max_new_tokens` must be <= 8193"
  /must be <= (?<tokens>\d+)/i,
  // Anthropic: "exceed context limit: 189136 + 20000 > 200000"
  /\d+ \+ \d+ > (?<tokens>\d+)/,
];

/** The tokens of the prompt, likewise. */
const promptSizes: readonly RegExp[] = [
  // OpenAI: "(100 in the messages, 4096 in the completion)"; OpenRouter: "of text input"; SGLang:
  // "8000 tokens from the input messages"
  /(?<tokens>\d+) (?:tokens )?(?:in the messages|in (?:your|the) prompt|of text input|from the input)/i,
  // vLLM: "your request has 19 input tokens"; TGI: "6000 `inputs` tokens"
  /(?<tokens>\d+) (?:input|`inputs`) tokens/i,
  /(?<tokens>\d+) \+ \d+ > \d+/,
];

/** The tokens of the prompt and of the answer's limit together, and the window that they exceed. */
const totals: readonly RegExp[] = [
  // Cerebras
  /current length is (?<total>\d+) while limit is (?<window>\d+)/i,
  // Cloudflare
  /output tokens \((?<total>\d+)\) exceeded this model context window limit \((?<window>\d+)\)/i,
  // Kimi
  /token limit: (?<window>\d+) \(requested: (?<total>\d+)\)/i,
];

/**
 * What a provider's text says does not fit. A text that counts the answer blames the prompt only if
 * the prompt alone fills the window.
 *
 * @param tokenLimit the limit of the answer that the request gave
 */
export function findOverflowCause(text: string, tokenLimit: number | undefined): OverflowCause {
  if (!countsAnswer.test(text)) return 'prompt';
  const windowTokens = readTokens(windowSizes, text);
  const promptTokens = readTokens(promptSizes, text);
  const isPromptTooLong =
    windowTokens !== undefined && promptTokens !== undefined && promptTokens >= windowTokens;
  return isPromptTooLong || exceedsByMore(text, tokenLimit) ? 'prompt' : 'answer_limit';
}

/** Whether a request exceeds the window by more than its answer could take. */
function exceedsByMore(text: string, tokenLimit = Infinity): boolean {
  for (const pattern of totals) {
    const { total, window } = pattern.exec(text)?.groups ?? {};
    if (Number(total) - Number(window) >= tokenLimit) return true;
  }
  return false;
}

function readTokens(patterns: readonly RegExp[], text: string): number | undefined {
  for (const pattern of patterns) {
    const tokens = pattern.exec(text)?.groups?.['tokens'];
    if (tokens !== undefined) return Number(tokens);
  }
  return undefined;
}
