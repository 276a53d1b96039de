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
    // insufficient". Novita: "not enough balance". OpenRouter: "Key limit exceeded".
    text: /credit balance is too low|key limit exceeded|(?:insufficient|not enough) (?:account )?(?:balance|credits?|funds|quota)|余额不足|will regain access|any credits or licenses|used all available credits|balance is insufficient|billing (?:to be|is not) enabled/i,
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
    text: new RegExp(
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
    ),
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
    text: /api[ -]?key (?:is )?(?:not valid|invalid|expired|not found)|(?:incorrect|invalid) api[ -]?key/i,
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
    // supported in v1/responses and not in v1/chat/completions."
    text: /not a valid model|no such model|invalid model(?: name| id|:)|model (?:\S{1,200} )?(?:(?:does |is |was )?not|doesn't) (?:exist|found)|only supported in v1|decommissioned|is no longer (?:available|supported)|unknown model|unable to access (?:non-serverless )?model|no models loaded/i,
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
    text: /requires --enable-|(?:does not|doesn't|do not|not) support\b|no endpoints found that support|is not supported (?:with|by|for|on|in) (?:this|the)|(?:not|un)supported on this model/i,
  },
];
