import type { ProviderError } from './provider-error.js';

/** How providers say that a prompt is too long, alone or with the answer that may follow. */
export const overflowPattern = new RegExp(
  [
    // OpenAI, Azure, DeepSeek, OpenRouter, vLLM: "This model's maximum context length is 4096"
    'maximum context length',
    // OpenAI Responses; llama.cpp: "exceeds the available context size"; vLLM and LiteLLM; Anthropic:
    // "input length and `max_tokens` exceed context limit"; Cloudflare: "The estimated number of input
    // and maximum output tokens (35000) exceeded this model context window limit (24000)"
    "exceed(?:s|ed)? (?:the |this |its )?(?:available |maximum |model's |model )*context",
    // MiniMax: "invalid params, context window exceeds limit"
    'context (?:length|window|size) (?:is |was |has been )?exceed(?:s|ed)',
    // Anthropic: "prompt is too long: 213462 tokens > 200000 maximum"; Bedrock; ERNIE: "Prompt tokens too
    // long" (cloud.baidu.com/doc/qianfan-api)
    '(?:prompt|input)(?: is| tokens)? too long',
    // ERNIE, likewise: "the max input characters is 20000"
    'max input characters is',
    // Gemini: "The input token count (314175) exceeds the maximum number of tokens allowed". Vertex:
    // "input token count is 1251952 but model only supports up to 1048576". GitHub Copilot: "prompt
    // token count of 125516 exceeds the limit of 64000". SGLang: "Requested token count exceeds the
    // model's maximum context length of 8192"
    '(?:input|prompt|requested) token count.{0,40} (?:exceeds|but)',
    // xAI: "This model's maximum prompt length is 131072 but the request contains 537812"
    'maximum prompt length is',
    // SGLang and Together: "The input (9000 tokens) is longer than the model's context length". vLLM
    // 0.10+: "The decoder prompt (length 9000) is longer than the maximum model length". LM Studio:
    // "tokens to keep from the initial prompt is greater than the context length"
    "(?:longer|greater) than the (?:model's |maximum )?(?:context|model length)",
    // Kimi: "Your request exceeded model token limit: 131072 (requested: 140000)"
    'exceeded model token limit',
    // Qwen: "Range of input length should be [1, 129024]"
    'range of input length should be',
    // TGI and Together: "`inputs` tokens + `max_new_tokens` must be <= 8193". TGI: "`inputs` must
    // have less than 1024 tokens. Given: 2000"
    'inputs`? (?:tokens \\+ `?max_new_tokens`? must be|must have less than)',
    // LM Studio: "loaded with context length of only 4096 tokens"; vLLM and Meta: "is only"
    'context length (?:of|is) only \\d+',
    // vLLM to 0.10, which takes the prompt off the window: "max_tokens must be at least 1, got -186."
    // (vllm-project/vllm 4667)
    'max_tokens must be at least 1, got -',
    // Groq and Cerebras (cline/cline 5140): "Please reduce the length of the messages or completion."
    'reduce the length of (?:the |your )?(?:messages|prompt|input)',
    // Mistral: "Prompt contains 140000 tokens ..., too large for model with 131072 maximum context"
    'too large for model with \\d+',
    // Cohere: "too many tokens: total number of tokens in the prompt cannot exceed 4081". Bedrock's Titan:
    // "Too many input tokens. Max input tokens: 8192, request input token count: 9279"
    'too many (?:tokens: |input tokens)|total number of tokens .{0,60}(?:cannot|must not) exceed',
    // GLM: "Prompt exceeds max length"
    'prompt exceeds max',
    // Ollama: "the input length exceeds the context length". DeepInfra: "Requested input length 39818
    // exceeds maximum input length 32767"; Volcengine
    'input length (?:\\d+ )?exceeds',
    // IBM watsonx: "the number of input tokens 4098 cannot exceed the total tokens limit 4096".
    // SiliconFlow: "number of input tokens (167594) has exceeded max_prompt_tokens (163840) limit."
    // (RhythmicWave/NovelForge 136). Bedrock's Nova: "Number of input tokens exceeds maximum length"
    'number of input tokens .{0,20}exceed',
    // TabbyAPI: "Prompt length 9000 is greater than max_seq_len 8192". SiliconFlow: "length of
    // prompt_tokens (40000) must be less than max_seq_len (32768)"
    '(?:greater|less) than max_seq_len',
    // Volcengine: "Total tokens of image and text exceed max message tokens"
    'exceed max message tokens',
  ].join('|'),
  'i',
);

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
