/**
 * What the adapter uses of the AI SDK's language models, of versions 3 (`ai` 6) and 4 (`ai` 7) of
 * their specification alike. Types of its own, so that neither version has to be installed.
 */
export interface AiModel {
  readonly specificationVersion: 'v3' | 'v4';
  /** Such as `openai.chat`: its first part names its provider's options. */
  readonly provider: string;
  readonly modelId: string;
  readonly supportedUrls: UrlPatterns | PromiseLike<UrlPatterns>;
  doGenerate(options: AiCallOptions): PromiseLike<AiResult>;
  doStream(options: AiCallOptions): PromiseLike<AiStreamResult>;
}

/** What URLs a model reads by itself, by the media type of their files. */
export type UrlPatterns = Record<string, RegExp[]>;

/** A routed model, with the types of those that it routes to. */
export type RoutedModel<Model extends AiModel> = Pick<
  Model,
  'specificationVersion' | 'provider' | 'modelId' | 'supportedUrls' | 'doGenerate' | 'doStream'
>;

type ByProvider = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

export interface AiCallOptions {
  readonly prompt: readonly AiMessage[];
  readonly maxOutputTokens?: number | undefined;
  readonly responseFormat?:
    | { readonly type: 'text' }
    | {
        readonly type: 'json';
        readonly schema?: unknown;
        readonly name?: string;
        readonly description?: string;
      };
  readonly tools?: readonly AiTool[] | undefined;
  /** The effort of reasoning, since version 4. */
  readonly reasoning?: string | undefined;
  readonly abortSignal?: AbortSignal | undefined;
  readonly providerOptions?: ByProvider | undefined;
}

export interface AiTool {
  readonly type: string;
  readonly name: string;
  readonly description?: string | undefined;
  readonly inputSchema?: unknown;
  /** Of a tool that a provider runs, such as `openai.web_search`. */
  readonly id?: string;
  readonly providerOptions?: ByProvider | undefined;
}

export interface AiMessage {
  readonly role: 'system' | 'user' | 'assistant' | 'tool';
  readonly content: string | readonly AiContentPart[];
  readonly providerOptions?: ByProvider | undefined;
}

/** A part of a message, or of what a tool returned; `type` says which members it has. */
export interface AiContentPart {
  readonly type: string;
  readonly text?: string;
  readonly mediaType?: string;
  readonly data?: unknown;
  readonly toolCallId?: string;
  readonly toolName?: string;
  readonly input?: unknown;
  readonly output?: unknown;
  readonly kind?: string;
  readonly providerOptions?: ByProvider | undefined;
}

export interface AiFinishReason {
  /** Such as `stop`; `other` where the model's package does not know the reason. */
  readonly unified: string;
  readonly raw: string | undefined;
}

export interface AiUsage {
  readonly inputTokens: {
    readonly total: number | undefined;
    readonly noCache: number | undefined;
    readonly cacheRead: number | undefined;
    readonly cacheWrite: number | undefined;
  };
  readonly outputTokens: {
    readonly total: number | undefined;
    readonly text: number | undefined;
    readonly reasoning: number | undefined;
  };
  /** As the provider reported it. */
  readonly raw?: object | undefined;
}

export interface AiResult {
  readonly content: readonly AiContent[];
  readonly finishReason: AiFinishReason;
  readonly usage: AiUsage;
  readonly providerMetadata?: object;
}

/** A piece of a whole answer. */
export interface AiContent {
  readonly type: string;
  readonly text?: string;
  readonly toolCallId?: string;
  readonly toolName?: string;
  /** The arguments of a tool call, as JSON. */
  readonly input?: unknown;
}

export interface AiStreamResult {
  readonly stream: ReadableStream<AiPart>;
}

/** A piece of a streamed answer. */
export interface AiPart {
  readonly type: string;
  readonly id?: string;
  readonly delta?: string;
  readonly toolCallId?: string;
  readonly toolName?: string;
  readonly input?: unknown;
  readonly error?: unknown;
  readonly finishReason?: AiFinishReason;
  readonly usage?: AiUsage;
  readonly providerMetadata?: object;
}
