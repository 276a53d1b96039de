import type { ProviderError } from './provider-error.js';

/**
 * What does not fit, where a request is refused for its size: the prompt itself; the prompt together
 * with the answer that the request allows, though the prompt alone would fit; or, where only the
 * status says so (413), the body, which any server on the way may limit.
 */
export type OverflowCause = 'prompt' | 'answer_limit' | 'body';

/**
 * Says that the answer's limit was or may have been counted, in the words of OpenAI, vLLM, TGI, SGLang,
 * OpenRouter, Groq ("the messages or completion") and Kimi ("(requested: 9000)").
 */
const countsAnswer =
  /max_(?:completion_|new_|output_)?tokens|(?:in the|for the|or) completion\b|in the output\b|output tokens|\(requested: \d+\)/i;

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

/**
 * What a provider's text says does not fit. A text that counts the answer blames the prompt only if
 * the prompt alone fills the window.
 */
export function findOverflowCause(text: string): OverflowCause {
  if (!countsAnswer.test(text)) return 'prompt';
  const windowTokens = readTokens(windowSizes, text);
  const promptTokens = readTokens(promptSizes, text);
  const isPromptTooLong =
    windowTokens !== undefined && promptTokens !== undefined && promptTokens >= windowTokens;
  return isPromptTooLong ? 'prompt' : 'answer_limit';
}

function readTokens(patterns: readonly RegExp[], text: string): number | undefined {
  for (const pattern of patterns) {
    const tokens = pattern.exec(text)?.groups?.['tokens'];
    if (tokens !== undefined) return Number(tokens);
  }
  return undefined;
}

/** Where a request has its prompt. Names, ids and descriptions of tools have limits of their own. */
const promptMember = /^(?:messages|input)(?:[.[\]\d]*(?:\.content(?:[.[\]\d]*(?:\.text)?)?)?)?$/;

/**
 * Whether an error that sounds like an overflow is about a text that is no prompt, such as `user` or the
 * description of a tool. OpenAI has one code for all of them (`string_above_max_length`), and LiteLLM
 * takes all of them for an overflow (BerriAI/litellm 17343).
 */
export function isAboutOtherText({ codes, param, message }: ProviderError): boolean {
  const said = /'(?<member>[^']{1,200})': string too long/.exec(message)?.groups?.['member'];
  const member = said ?? (codes.includes('string_above_max_length') ? param : undefined);
  return typeof member === 'string' && member !== '' && !promptMember.test(member);
}
