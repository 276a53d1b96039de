import type { ProviderError } from './provider-error.js';

/**
 * Ids of tool calls and names of functions, as errors call them. OpenAI: `messages[1].tool_calls[0].id`,
 * `tools[0].function.name`. Anthropic: `messages.1.content.0.tool_use.id`, `tools.0.custom.name`. Bedrock:
 * `toolUse.toolUseId`. Mistral: "Tool call id was", "Function name was". Gemini: "Invalid function name".
 */
const callName =
  /tool_call_id|tool_?use_?id|(?:tool_calls|tool_?use|tools|functions|function_declarations)\b[\w.[\]]*\.(?:id|name)\b|function\.name\b|tool call id was|function name was|invalid function name/i;

/** That a text is too long or has characters that the server does not take, in the words of the same. */
const formComplaint =
  /too long|max(?:imum)?[ _]length|at most \d+ characters|(?:match|matches|expression) (?:the )?pattern|but must be|must start with/i;

/**
 * Whether an error refuses the form of a call's id or of a function's name. Each provider has its own
 * limits of them, so other models may take the request.
 */
export function refusesCallName({ codes, param, message }: ProviderError): boolean {
  const said = `${typeof param === 'string' ? param : ''} ${message}`;
  const isOfForm = codes.includes('string_above_max_length') || formComplaint.test(message);
  return isOfForm && callName.test(said);
}
