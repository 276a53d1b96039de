/** What a known finish reason means. Unknown ones are interruptions: they end no answer. */
export type Ending = 'complete' | 'tool_calls' | 'truncated' | 'refused' | 'paused';

/**
 * The finish reasons that providers document or send, in lower case. Reasons that are missing here,
 * such as `abort`, `error`, `network_error` or `insufficient_system_resource`, mean that the model
 * did not finish.
 */
const endings: Readonly<Record<Ending, readonly string[]>> = {
  complete: [
    'stop', // OpenAI (platform.openai.com/docs/api-reference/chat) and Gemini's STOP
    'end_turn', // Anthropic (docs.anthropic.com/en/api/handling-stop-reasons)
    'stop_sequence', // Anthropic, TGI and Cohere's STOP_SEQUENCE
    'complete', // Cohere (docs.cohere.com/reference/chat)
    'eos', // Together (docs.together.ai/reference/chat-completions-1)
    'eos_token', // TGI (huggingface.co/docs/text-generation-inference)
    'normal', // Baidu ERNIE (cloud.baidu.com/doc/WENXINWORKSHOP)
    'completed', // OpenAI Responses, behind bridges to chat completions
  ],
  tool_calls: [
    'tool_calls', // OpenAI
    'function_call', // OpenAI before tools
    'tool_use', // Anthropic
    'tool_call', // Cohere's TOOL_CALL
  ],
  truncated: [
    'length', // OpenAI
    'max_tokens', // Anthropic, Cohere, Gemini's MAX_TOKENS
    'model_length', // Mistral (docs.mistral.ai/api)
    'model_context_window_exceeded', // Anthropic, GLM (docs.z.ai; mozilla-ai/any-llm 1200)
    'max_output_tokens', // OpenAI Responses, behind bridges
    'max_output', // MiniMax (platform.minimaxi.com)
    'token_limit', // IBM watsonx (cloud.ibm.com/apidocs/watsonx-ai)
    'error_limit', // Cohere v1's ERROR_LIMIT
  ],
  refused: [
    'content_filter', // OpenAI, Azure
    'content_filtered', // Amazon Bedrock (docs.aws.amazon.com, Converse)
    'guardrail_intervened', // Amazon Bedrock
    'refusal', // Anthropic
    'sensitive', // GLM (docs.z.ai; earendil-works/pi 1509), Hunyuan
    'error_toxic', // Cohere v1's ERROR_TOXIC
    // Gemini (ai.google.dev/api/generate-content#FinishReason)
    'safety',
    'recitation',
    'blocklist',
    'prohibited_content',
    'spii',
    'model_armor',
    'language',
    'image_safety',
    'image_prohibited_content',
    'image_recitation',
  ],
  // The caller sends the answer back, and the model goes on: the provider's own tools are not done, or
  // the answer is only a summary of the conversation.
  paused: [
    'pause_turn', // Anthropic
    'compaction', // Anthropic (platform.claude.com, compaction)
  ],
};

const endingOf: ReadonlyMap<string, Ending> = new Map(
  (Object.keys(endings) as Ending[]).flatMap((ending) =>
    endings[ending].map((reason) => [reason, ending] as const),
  ),
);

/**
 * What a finish reason means; undefined for one that is unknown or empty.
 *
 * Letter case is ignored, also `FinishReason.STOP` and a cause after a colon, as in
 * `content_filter: SAFETY`, are understood.
 */
export function findEnding(reason: string): Ending | undefined {
  const word = reason
    .trim()
    .toLowerCase()
    .replace(/^finish_?reason[._]/, '')
    .replace(/[\s-]+/g, '_');
  return endingOf.get(word) ?? endingOf.get(/^([a-z_]+?)_?:/.exec(word)?.[1] ?? '');
}

/**
 * Whether a finish reason says that the model wrote what cannot be read, or a call of a tool that
 * nobody offered. Gemini (ai.google.dev/api/generate-content#FinishReason), whose bridge to chat
 * completions says `function_call_filter: MALFORMED_FUNCTION_CALL`; Amazon Bedrock
 * (docs.aws.amazon.com, Converse): `malformed_tool_use` and `malformed_model_output`.
 */
export function isModelFault(reason: string): boolean {
  return /(?:^|[:_.\s])(?:malformed_(?:function_call|tool_use|model_output)|unexpected_tool_call|too_many_tool_calls)$/i.test(
    reason.trim(),
  );
}

/** How OpenAI's chat completions spell each ending. */
export const openAiFinishReasons: Readonly<Record<Ending, string>> = {
  complete: 'stop',
  tool_calls: 'tool_calls',
  truncated: 'length',
  refused: 'content_filter',
  // OpenAI has no word for it, and any other says that the answer is over.
  paused: 'pause_turn',
};

/** A known finish reason in OpenAI's words; Anthropic's `refusal` has none and is kept. */
export function toOpenAiFinishReason(reason: string): string {
  const ending = findEnding(reason);
  return ending === undefined || reason === 'refusal' ? reason : openAiFinishReasons[ending];
}
