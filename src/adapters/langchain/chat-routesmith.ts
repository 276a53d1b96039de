import type { CallbackManagerForLLMRun } from '@langchain/core/callbacks/manager';
import type {
  BaseLanguageModelInput,
  StructuredOutputMethodOptions,
} from '@langchain/core/language_models/base';
import {
  BaseChatModel,
  type BaseChatModelParams,
  type BindToolsInput,
  type LangSmithParams,
} from '@langchain/core/language_models/chat_models';
import { AIMessageChunk, type BaseMessage, type ToolCall } from '@langchain/core/messages';
import { ChatGenerationChunk, type ChatGeneration, type ChatResult } from '@langchain/core/outputs';
import type { Runnable } from '@langchain/core/runnables';
import type { InteropZodType } from '@langchain/core/utils/types';
import type { EndpointHealth } from '../../serve/router/endpoint-health.js';
import { createFailover, type CallPlan, type Failover } from '../../serve/router/failover.js';
import type { FailoverSettings, RouteOptions } from '../../serve/router/failover-settings.js';
import { readPolicy } from '../../serve/router/read-policy.js';
import { explainAbort } from '../calls/explain-abort.js';
import { checkSetting, type MemberTypes } from '../../util/check-members.js';
import {
  checkModels,
  checkSettings,
  readRouteControls,
  readModelName,
  readSharedControls,
  type AdapterSettings,
  type ModelName,
  type RouteControls,
} from '../calls/route-controls.js';
import { describeRouting } from '../calls/routing-metadata.js';
import {
  invokeChatOnce,
  streamChatOnce,
  type ChatAttempt,
  type LangChainCall,
  type ChatTarget,
} from './attempt.js';
import { parseOutput } from './parse-output.js';
import { markRepeated, writeSorted } from './cached-answer.js';
import { createEventBridge, type ChatEvents } from './stream-events.js';
import { copyMessage, readMessages, type RoutesmithCallOptions } from './read-messages.js';

/** The chat models of a policy, and how calls fail over between them. */
export interface ChatRoutesmithSettings extends AdapterSettings, BaseChatModelParams {
  /** The policy's models, by its names of them. One that is not here is never chosen. */
  readonly models: Readonly<Record<string, BaseChatModel>>;
  /**
   * `auto` chooses by the policy's default objective and `auto:<objective>` by another one; the id of
   * a model prefers this model, and others take over if it fails. @default 'auto'
   */
  readonly model?: string;
}

/** What LangChain reads is for it to check. */
const ofLangChain = 'string or number or boolean or object or list or function';

const ownSettingTypes: MemberTypes<
  'model' | Exclude<keyof ChatRoutesmithSettings, keyof AdapterSettings | 'models'>
> = {
  model: 'string',
  cache: ofLangChain,
  callbackManager: ofLangChain,
  callbacks: ofLangChain,
  disableStreaming: ofLangChain,
  maxConcurrency: ofLangChain,
  maxRetries: ofLangChain,
  metadata: ofLangChain,
  onFailedAttempt: ofLangChain,
  outputVersion: ofLangChain,
  tags: ofLangChain,
  verbose: ofLangChain,
};

/** Arguments of any call of a function, as core types them. */
type CallArguments = ToolCall['args'];

/** The form of an output: a schema of Zod or another library, or a JSON schema. */
type OutputSchema<Output> =
  | InteropZodType<Output>
  | { readonly '~standard': { readonly types?: { readonly output: Output } | undefined } }
  | object;

/**
 * A chat model of LangChain that routes each call to one of others, with failover until the first
 * content. `response_metadata.routesmith` of its answers says how. It keeps the state of each model,
 * so create one and share it.
 *
 * @throws RoutesmithError `usage` for invalid settings; calls throw a RouterError if no model answers
 */
export class ChatRoutesmith extends BaseChatModel<RoutesmithCallOptions, AIMessageChunk> {
  readonly model: string;
  readonly #policy: FailoverSettings['policy'];
  readonly #failover: Failover<ChatTarget>;
  readonly #name: ModelName;
  readonly #controls: RouteControls;
  /** What of the settings decides which model answers, as JSON. */
  readonly #routedBy: string;

  constructor(fields: ChatRoutesmithSettings) {
    super(fields);
    // A subclass passes on its own fields, too, as is usual in LangChain.
    const settings = checkSettings(fields, ownSettingTypes, new.target !== ChatRoutesmith);
    const { policy, models, model = 'auto', capabilities = {} } = settings;
    const ids = Object.keys(models);
    checkModels(policy, ids, { capabilities });
    this.model = model;
    this.#policy = policy;
    this.#name = readModelName(model, policy, ids);
    this.#controls = readSharedControls(settings.controls);
    const { timeouts: _, loggedAs: _as, ...controls } = this.#controls;
    this.#routedBy = writeSorted({ models: [...ids].sort(), controls, capabilities });
    this.#failover = createFailover(settings, {
      all: new Map(
        ids.map((id) => [
          id,
          { model: models[id] as BaseChatModel, capabilities: capabilities[id] },
        ]),
      ),
      findPrice: () => undefined,
      isSame: (one, other) => one.model === other.model,
    });
  }

  static override lc_name(): string {
    return 'ChatRoutesmith';
  }

  /** The state of each model. */
  health(): Readonly<Record<string, EndpointHealth>> {
    return this.#failover.health();
  }

  override _llmType(): string {
    return 'routesmith';
  }

  /** What LangChain's caches tell calls apart by, besides their options. */
  override _identifyingParams(): Record<string, string> {
    const { digest } = readPolicy(this.#policy);
    return { model: this.model, policy: digest, routedBy: this.#routedBy };
  }

  /** A repeated answer keeps the model that wrote it, but calls none: it costs nothing and is not logged. */
  override async _generateCached(
    ...call: Parameters<BaseChatModel['_generateCached']>
  ): ReturnType<BaseChatModel['_generateCached']> {
    const output = await super._generateCached(...call);
    for (const [place, found] of output.generations.entries()) {
      output.generations[place] = found?.map((one) => markRepeated(one as ChatGeneration));
    }
    return output;
  }

  override getLsParams(options: this['ParsedCallOptions']): LangSmithParams {
    return { ...super.getLsParams(options), ls_provider: 'routesmith', ls_model_name: this.model };
  }

  override bindTools(
    tools: BindToolsInput[],
    options: Partial<RoutesmithCallOptions> = {},
  ): Runnable<BaseLanguageModelInput, AIMessageChunk, RoutesmithCallOptions> {
    return this.withConfig({ ...options, tools });
  }

  override withStructuredOutput<Output extends CallArguments = CallArguments>(
    schema: OutputSchema<Output>,
    config?: StructuredOutputMethodOptions<false>,
  ): Runnable<BaseLanguageModelInput, Output>;
  override withStructuredOutput<Output extends CallArguments = CallArguments>(
    schema: OutputSchema<Output>,
    config?: StructuredOutputMethodOptions<true>,
  ): Runnable<BaseLanguageModelInput, { raw: BaseMessage; parsed: Output }>;
  /** @throws RoutesmithError `usage` for a method other than `functionCalling` */
  override withStructuredOutput<Output extends CallArguments = CallArguments>(
    schema: OutputSchema<Output>,
    config?: StructuredOutputMethodOptions<boolean>,
  ): Runnable<BaseLanguageModelInput> {
    const method = config?.method ?? 'functionCalling';
    const isSupported = method === 'functionCalling';
    checkSetting(isSupported, `${method} is not supported, only functionCalling`, 'method');
    // Without a choice a model may answer in text.
    const bindTools = (tools: BindToolsInput[]) => this.bindTools(tools, { tool_choice: 'any' });
    const forced = Object.assign(Object.create(this) as ChatRoutesmith, { bindTools });
    const written = super.withStructuredOutput.call(forced, schema, config as never);
    const parse = (args: unknown) => parseOutput(schema, args);
    if (!config?.includeRaw) return written.pipe(parse);
    return written.pipe(async (output) => ({
      ...output,
      parsed: await parse(output.parsed).catch(() => null),
    }));
  }

  override async _generate(
    messages: BaseMessage[],
    options: this['ParsedCallOptions'],
  ): Promise<ChatResult> {
    try {
      const plan = this.#plan({ messages, options }, invokeChatOnce);
      const routed = await this.#failover.complete(plan, this.#route(options));
      const { message: given, text } = routed.value;
      const routesmith = describeRouting(routed, routed.figures);
      const response_metadata = { ...given.response_metadata, routesmith };
      const message = copyMessage(given, { response_metadata });
      return { generations: [{ text, message }], llmOutput: describeUsage(message) };
    } catch (error) {
      throw explainAbort(error, options.signal);
    }
  }

  override async *_streamResponseChunks(
    messages: BaseMessage[],
    options: this['ParsedCallOptions'],
    runManager?: CallbackManagerForLLMRun,
  ): AsyncGenerator<ChatGenerationChunk> {
    try {
      const plan = this.#plan({ messages, options }, streamChatOnce);
      const routed = await this.#failover.stream(plan, this.#route(options));
      for await (const event of routed.events) {
        const isEnd = event.kind === 'end';
        const routesmith = isEnd ? describeRouting(routed, event) : undefined;
        const message = isEnd
          ? new AIMessageChunk({ content: '', response_metadata: { routesmith } })
          : event.data;
        const text = isEnd ? '' : event.text;
        const chunk = new ChatGenerationChunk({ message, text });
        yield chunk;
        const place = { prompt: 0, completion: 0 };
        const fields = { chunk };
        await runManager?.handleLLMNewToken(text, place, undefined, undefined, undefined, fields);
      }
    } catch (error) {
      throw explainAbort(error, options.signal);
    }
  }

  override async *_streamChatModelEvents(
    messages: BaseMessage[],
    options: this['ParsedCallOptions'],
    runManager?: CallbackManagerForLLMRun,
  ): ChatEvents {
    const bridge = createEventBridge();
    const _streamResponseChunks = () =>
      bridge.read(this._streamResponseChunks(messages, options, runManager));
    const source = Object.assign(Object.create(this) as ChatRoutesmith, { _streamResponseChunks });
    yield* bridge.write(super._streamChatModelEvents.call(source, messages, options));
  }

  #route(options: this['ParsedCallOptions']): RouteOptions {
    const own = readRouteControls(options.routesmith, 'options, routesmith');
    const { signal } = options;
    return { ...this.#controls, ...this.#name, ...own, ...(signal !== undefined && { signal }) };
  }

  #plan<T>(
    call: LangChainCall,
    ask: (attempt: ChatAttempt, call: LangChainCall) => Promise<T>,
  ): CallPlan<ChatTarget, T> {
    const { tools = [] } = call.options;
    return {
      request: readMessages(call.messages, call.options),
      describe: (target) => {
        if (target === undefined) return { unavailable: 'no chat model is given for it' };
        const { model, capabilities } = target;
        const cannotCall = tools.length > 0 && model.bindTools === undefined;
        return {
          ...(cannotCall && { unavailable: 'its chat model cannot call tools' }),
          ...(capabilities !== undefined && { capabilities }),
        };
      },
      ask: (context) => ask(context, call),
    };
  }
}

/** The usage in the form that LangChain's callbacks read. */
function describeUsage({ usage_metadata: usage }: AIMessageChunk): Record<string, unknown> {
  if (usage === undefined) return {};
  const { input_tokens, output_tokens, total_tokens } = usage;
  return {
    tokenUsage: {
      promptTokens: input_tokens,
      completionTokens: output_tokens,
      totalTokens: total_tokens,
    },
  };
}
