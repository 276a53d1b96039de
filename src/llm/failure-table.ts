import { overflowPattern } from './context-overflow.js';

/** Why a provider's response is no answer; the same for the sweep and the router. */
export type FailureClass =
  | 'rate_limited'
  | 'server_error'
  | 'timeout'
  | 'quota_exhausted'
  | 'authentication'
  | 'model_not_found'
  | 'bad_request'
  | 'context_overflow'
  /** The model, its server or the account cannot do what is requested. */
  | 'unsupported'
  | 'content_filtered'
  /** The answer began and did not end as the protocol says it must. */
  | 'truncated'
  /** The response is not what the protocol allows. */
  | 'malformed';

/** What a code or a text in a provider's error means. */
export interface FailureRow {
  readonly class: FailureClass;
  /** Values of the error's `code`, `type` or `status`, in lower case. They hold for every status. */
  readonly codes?: readonly string[];
  /** Further codes, where a provider has one for each kind of content. */
  readonly code?: RegExp;
  /** Looked for in the error's text, for client errors and errors without a status. */
  readonly text?: RegExp;
  /** Present for refused schemas: the members that their texts name are properties of a schema. */
  readonly isOfSchema?: true;
}

/**
 * Codes of errors that the model made: it wrote the call of a tool, or JSON, in a form that the server
 * cannot read. The same model may do so again; another one may not.
 */
export const modelFaultCodes: readonly string[] = [
  'tool_use_failed', // Groq, 400 with `failed_generation` (console.groq.com/docs/tool-use)
  'json_validate_failed', // Groq, likewise (console.groq.com/docs/structured-outputs)
];

/** What Groq gives as the JSON of a model, with 400, where the token limit came before its end. */
export const tokenLimitText = /^max completion tokens reached/i;

/**
 * What providers say, in their own codes and words; the first row that matches wins. A new spelling
 * is a new line here, with its source.
 */
export const failureTable: readonly FailureRow[] = [
  {
    class: 'quota_exhausted',
    codes: [
      'insufficient_quota', // OpenAI (platform.openai.com/docs/guides/error-codes)
      'billing_hard_limit_reached', // OpenAI
      'billing_not_active', // OpenAI
      'billing_error', // Anthropic (docs.anthropic.com/en/api/errors)
      'exceeded_current_quota_error', // Kimi (platform.moonshot.ai/docs/api/errors)
      'arrearage', // Qwen (help.aliyun.com/zh/model-studio/error-code)
      'allocationquota.freetieronly', // Qwen
      '1113', // GLM (docs.z.ai/api-reference/api-code; zai-org/feedback 789)
      'minimax_1008', // MiniMax (platform.minimax.io/docs/api-reference/errorcode)
      '30001', // SiliconFlow (docs.siliconflow.cn)
      'budget_exceeded', // LiteLLM (docs.litellm.ai/docs/proxy/users)
      'insufficient_user_quota', // one-api and new-api (docs.newapi.pro)
      'accountoverdueerror', // Volcengine (volcengine.com/docs/82379/1299023)
    ],
    // Anthropic: "credit balance is too low", "You will regain access on". GLM and MiniMax:
    // "Insufficient balance". OpenRouter: "Insufficient credits". xAI: "any credits or licenses yet",
    // "used all available credits or reached its monthly spending limit". SiliconFlow: "balance is
    // insufficient". Novita: "not enough balance". OpenRouter: "Key limit exceeded". Fireworks with 412:
    // "Account acme is suspended, possibly due to reaching the monthly spending limit"
    // (pollinations/pollinations 12136).
    text: /^account \S{1,100} is suspended|credit balance is too low|key limit exceeded|(?:insufficient|not enough) (?:account )?(?:balance|credits?|funds|quota)|余额不足|will regain access|any credits or licenses|used all available credits|balance is insufficient|billing (?:to be|is not) enabled/i,
  },
  {
    // Larger than the account's tokens a minute, at any time: waiting does not help, and another
    // account could take it. OpenAI with 429, Groq with 413 (continuedev/continue 10218).
    class: 'unsupported',
    text: /request too large for (?:model|gpt|o\d)|request too large.{0,200}tokens per min/i,
  },
  {
    class: 'context_overflow',
    codes: [
      'context_length_exceeded', // OpenAI, Azure, Groq, DeepSeek
      'string_above_max_length', // OpenAI, where it is about the prompt
      'exceed_context_size_error', // llama.cpp (ggml-org/llama.cpp, tools/server)
      'model_max_prompt_tokens_exceeded', // GitHub Copilot
      'model_context_window_exceeded', // GLM
      'context_window_exceeded', // gateways
      'contextwindowexceedederror', // LiteLLM (docs.litellm.ai/docs/exception_mapping)
      'request_too_large', // Anthropic, 413
      'prompt_too_long', // Cohere, Ollama cloud
      '1261', // GLM: "Prompt exceeds max length" (zeroclaw-labs/zeroclaw 4124)
      'minimax_1039', // MiniMax: token limit
    ],
    text: overflowPattern,
  },
  {
    class: 'content_filtered',
    codes: [
      'content_filter', // Azure (learn.microsoft.com, content filtering), Kimi
      'content_policy_violation', // OpenAI
      'moderation_blocked', // OpenAI
      'responsibleaipolicyviolation', // Azure's innererror
      'data_inspection_failed', // Qwen
      'datainspectionfailed', // Qwen
      '1301', // GLM
      'minimax_1026', // MiniMax: sensitive input
      'minimax_1027', // MiniMax: sensitive output
      'sensitive_words_detected', // new-api (docs.newapi.pro)
      'censorship_blocked', // StepFun, 451 (platform.stepfun.com)
    ],
    // Volcengine: "InputTextSensitiveContentDetected", "SensitiveContentDetected.Violence" and others
    code: /sensitivecontentdetected(?:\.|$)/,
    // OpenAI: "flagged as potentially violating our usage policy". Kimi: "considered high risk".
    // DeepSeek: "Content Exists Risk". xAI: "Content violates usage guidelines". Anthropic: "Output
    // blocked by content filtering policy". OpenAI with `invalid_prompt`: "we've limited access to this
    // content for safety reasons".
    text: /limited access to this content for safety|flagged as potentially violating|rejected because it was considered high risk|content exists risk|content violates usage guidelines|triggering .{0,60}content management policy|inappropriate content|blocked by content filtering/i,
  },
  {
    class: 'authentication',
    codes: [
      'invalid_api_key', // OpenAI, Groq, Qwen
      'invalidapikey', // Qwen
      'api_key_invalid', // Gemini's ErrorInfo
      'authentication_error', // Anthropic, DeepSeek
      'invalid_authentication_error', // Kimi
      'unauthenticated', // Gemini
      'minimax_1004', // MiniMax
      'minimax_2049', // MiniMax: invalid API key
      'model_terms_required', // Groq, 400: the organization has to accept the model's terms
      'organization_restricted', // Groq, 400
    ],
    // Gemini with 400: "API key not valid" and "API key expired". xAI with 400: "Incorrect API key".
    // Anthropic with 400: "This organization has been disabled." (anthropics/claude-code 72457). Gemini
    // with 400: "User location is not supported for the API use." (google-gemini/gemini-cli 24641).
    // Bedrock with 400: "Access to Anthropic models is not allowed from unsupported countries"
    // (anthropics/claude-code 2656).
    text: /^(?:this|your) organization has been disabled|user location is not supported|not allowed from unsupported countries|api[ -]?key (?:is )?(?:not valid|invalid|expired|not found)|(?:incorrect|invalid) api[ -]?key/i,
  },
  {
    class: 'model_not_found',
    codes: [
      'model_not_found', // OpenAI, Groq, Qwen
      'modelnotfound', // Qwen
      'model_decommissioned', // Groq (console.groq.com/docs/deprecations)
      'invalid_model', // Mistral
      'model_not_available', // Together (docs.together.ai/docs/error-codes)
      'deploymentnotfound', // Azure
      'unknown_model', // GitHub Models
      'resource_not_found_error', // Kimi
      'not_found_error', // Anthropic
      '1211', // GLM
      // Azure: "The chatCompletion operation does not work with the specified model" (microsoft/graphrag 1557)
      'operationnotsupported',
    ],
    // OpenRouter: "is not a valid model ID". DeepSeek: "Model Not Exist". Mistral: "Invalid model: x".
    // LiteLLM: "Invalid model name". Ollama: "model 'x' not found". vLLM: "The model `x` does not exist".
    // Together: "Unable to access non-serverless model x". LM Studio: "No models loaded". SiliconFlow:
    // "Model does not exist." Cloudflare: "No such model @cf/x or task". OpenAI: "This model is only
    // supported in v1/responses and not in v1/chat/completions." Bedrock: "Invocation of model ID x with
    // on-demand throughput isn’t supported" (docs.aws.amazon.com, inference profiles).
    text: /on-demand throughput isn.t supported|not a valid model|no such model|invalid model(?: name| id|:)|model (?:\S{1,200} )?(?:(?:does |is |was )?not|doesn't) (?:exist|found)|only supported in v1|decommissioned|is no longer (?:available|supported)|unknown model|unable to access (?:non-serverless )?model|no models loaded/i,
  },
  {
    class: 'rate_limited',
    codes: [
      'rate_limit_exceeded', // OpenAI, Groq
      'rate_limit_error', // Anthropic
      'rate_limited', // Mistral
      'resource_exhausted', // Gemini
      'rate_limit_reached_error', // Kimi
      'engine_overloaded_error', // Kimi
      '1302', // GLM: concurrency
      '1303', // GLM: frequency
      '1305', // GLM: the model is overloaded
      'minimax_1002', // MiniMax
      'minimax_1041', // MiniMax: connections
    ],
    // Qwen: "Throttling.RateQuota", "Throttling.AllocationQuota" and others; Bedrock: "ThrottlingException"
    code: /^throttling/,
  },
  {
    // The schema of a tool or of the output, of which each provider takes other subsets.
    class: 'unsupported',
    isOfSchema: true,
    codes: ['invalid_function_parameters'], // OpenAI
    text: new RegExp(
      [
        // OpenAI: "Invalid schema for function 'f': In context=(), 'required' is required to be supplied"
        'invalid schema for (?:function|response_format)',
        // Anthropic: "tools.1.custom: For 'integer' type, properties maximum, minimum are not supported"
        // (CherryHQ/cherry-studio 18037), "tools.0.custom.input_schema: int too big to convert"
        // (RevenueCat/ai-toolkit 26)
        '\\btools\\.\\d+\\.custom\\b',
        // Anthropic: "output_format.schema: For 'integer' type, ..." (agentjido/req_llm 302)
        '\\boutput_(?:format|config\\.format)\\.schema\\b',
        // Anthropic (anthropics/anthropic-sdk-typescript 885)
        'compiled grammar is too large',
        // Anthropic (genkit-ai/genkit 5230): "Schema is too complex for compilation"
        'schema is too complex for (?:grammar )?compilation',
        // Anthropic: "Schemas contains too many optional parameters (28)", "... with union types"
        'schemas contains? too many',
        // Anthropic (camel-ai/camel 4171)
        'too many strict tools',
      ].join('|'),
      'i',
    ),
  },
  {
    class: 'unsupported',
    codes: [
      'unsupported_parameter', // OpenAI
      'unsupported_value', // OpenAI
      'unsupported_model', // OpenAI
      'unsupported_image', // OpenAI
      'model_not_supported', // Hugging Face, GitHub Copilot
    ],
    // OpenRouter with 404: "No endpoints found that support image input". Anthropic: "This model does
    // not support assistant message prefill". OpenAI: "is not supported with this model". vLLM: "\"auto\"
    // tool choice requires --enable-auto-tool-choice" (vllm-project/vllm 9986).
    text: new RegExp(
      [
        'requires --enable-',
        "(?:does not|doesn't|do not|not) support\\b",
        'no endpoints found that support',
        'is not supported (?:with|by|for|on|in) (?:this|the)',
        '(?:not|un)supported on this model',
        // Limits of the output. OpenAI: "max_tokens is too large: 6000. This model supports at most 4096
        // completion tokens" (diffbot/code-gpt-docs 284)
        'supports at most \\d+ completion tokens',
        // Anthropic: "max_tokens: 128000 > 64000, which is the maximum allowed number of output tokens
        // for claude-3-7-sonnet-20250219" (coolcline/CoolCline 23)
        'maximum allowed number of output tokens',
        // Qwen: "Range of max_tokens should be [1, 8192]" (open-webui/open-webui 10507). DeepSeek: "Invalid
        // max_tokens value, the valid range of max_tokens is [1, 8192]" (we0-dev/we0 56)
        'range of max_tokens',
        // Groq: "`max_tokens` must be less than or equal to `8192`"
        'max_(?:completion_)?tokens` must be less than',
        // Bedrock: "The maximum tokens you requested exceeds the model limit of 8192."
        'maximum tokens you requested',
        // Vertex: "it has a maxOutputTokens value of 100000 but the supported range is from 1"
        'maxOutputTokens value of',
        // Volcengine: "The parameter max_tokens specified in the request is not valid: integer above maximum
        // value, expected a value <= 32768" (Gitlawb/openclaude 331)
        'above maximum value, expected',
        // OpenAI: "Invalid 'max_tokens': integer above maximum value", "Invalid 'tools': array too long"
        "Invalid '(?:max_\\w{1,30}tokens': integer above maximum|(?:tools|stop)': array too long)",
        // Values that other models take; any other one is the caller's mistake. DeepSeek:
        // "messages[0].role: unknown variant `developer`, expected one of `system`, ...", and likewise
        // of the content `image_url`
        'unknown variant .(?:developer|image_url|input_audio|file|json_schema)',
        // Mistral: "Input tag 'developer' found using 'role' does not match any of the expected tags"
        "Input tag '(?:developer|image_url|input_audio|file|json_schema)'",
        // DeepSeek: "This response_format type is unavailable now"
        'response_format type is unavailable',
        // Groq: "json mode cannot be combined with tool/function calling", "'n' : value must be 1"
        "json mode cannot be|'n' : value must be",
        // OpenAI: "image_url is only supported by certain models."
        'only supported by certain models',
        // Gemini: "Budget 0 is invalid. This model only works in thinking mode."
        'only works in thinking mode',
      ].join('|'),
      'i',
    ),
  },
];
