import { RoutesmithError } from '../../util/errors.js';
import { getMember, isJsonObject, type JsonObject, type JsonValue } from '../../util/json.js';
import type { CallerRequest } from '../../llm/caller-request.js';
import type { ChatRequest } from '../../llm/chat.js';
import { protocols } from '../../llm/protocol.js';
import { resolveRequestForm, type ResolvedRequestForm } from '../../llm/request-form.js';
import type { LlmRequest } from '../../llm/types.js';
import type { ModelState } from '../../policy/decide/decision.js';
import type { Endpoint } from './endpoint.js';

/**
 * A body of OpenAI's chat completions: `messages`, `tools`, and any other member such as
 * `temperature` or `max_tokens`, which is sent unchanged. The router sets `model` and `stream`.
 */
export type RouterRequest = ChatRequest | (ChatRequest & { readonly [member: string]: unknown });

/**
 * Reads a request. Checks the parts that the router itself relies on.
 *
 * @throws RoutesmithError `invalid_input`
 */
export function readRouterRequest(request: RouterRequest): CallerRequest {
  checkRequest(request);
  return buildCallerRequest(request);
}

/** The same, of a request that was built here. */
export function buildCallerRequest(request: RouterRequest): CallerRequest {
  return {
    protocol: 'openai',
    body: request as unknown as JsonObject,
    words: splitRequest(request),
    inexpressible: undefined,
  };
}

function checkRequest(request: RouterRequest): void {
  const refuse = (what: string, fix: string): never => {
    throw new RoutesmithError('invalid_input', what, { where: 'request', fix });
  };
  if (!isJsonObject(request) || !Array.isArray(request['messages'])) {
    refuse('messages are missing', 'Pass an object with "messages", as for chat completions.');
  }
  if (!(request.messages as readonly unknown[]).every(isJsonObject)) {
    refuse('a message is not an object', 'Give every message a role and its content.');
  }
  const { model, stream, members } = request as Readonly<Record<string, unknown>>;
  if (model !== undefined) {
    refuse('"model" is set by the router', 'To prefer a model, set "model" in the options.');
  }
  if (stream !== undefined) {
    refuse('"stream" is set by the router', 'Call router.stream or router.complete.');
  }
  // As prompts of data sets have it: no server knows it, and no decision would read what it holds.
  if (members !== undefined) {
    refuse('"members" is no member of a request', 'Write what it holds beside "messages".');
  }
}

/** A request's conversation, tools and other members. */
export function splitRequest({
  messages,
  tools,
  ...members
}: RouterRequest): Pick<LlmRequest, 'messages' | 'tools' | 'members'> {
  return {
    messages,
    tools: tools ?? undefined,
    members: members as LlmRequest['members'],
  };
}

/**
 * Whether an endpoint can take a request, and what its model can do.
 *
 * @param effort the effort of reasoning that the policy measured the model with
 */
export function describeEndpoint(
  endpoint: Endpoint | undefined,
  request: CallerRequest,
  effort?: string,
): ModelState {
  if (endpoint === undefined) return { unavailable: 'the pool has no endpoint for it' };
  const unavailable = findUnsupported(request, endpoint, effort);
  const { capabilities } = endpoint;
  return {
    ...(unavailable !== undefined && { unavailable }),
    ...(capabilities !== undefined && { capabilities }),
  };
}

/** Why an endpoint's protocol cannot take a request, as a sentence, or undefined. */
function findUnsupported(
  { inexpressible, protocol, words }: CallerRequest,
  { kind }: Endpoint,
  effort: string | undefined,
): string | undefined {
  if (kind === 'openai') return inexpressible;
  if (protocol === kind) return undefined;
  // A request for another effort never reaches the model; for this one, the endpoint's parameters stand.
  const asked = effort === undefined ? words : { ...words, members: dropEffort(words.members) };
  return protocols[kind].findInexpressible(asked);
}

/** A request's members without the effort that they ask for. */
function dropEffort(members: LlmRequest['members']): LlmRequest['members'] {
  const { reasoning_effort: _, reasoning, ...others } = members;
  if (!isJsonObject(reasoning ?? {})) return members;
  const { effort: _effort, ...rest } = dropNulls(reasoning);
  return Object.keys(rest).length === 0 ? others : { ...others, reasoning: rest };
}

/**
 * Builds the request for an endpoint, independent of its protocol.
 *
 * @param effort the effort of reasoning that the policy measured the model with: what a server of
 * chat completions is asked for, unless the request or the endpoint's parameters say another one
 */
export function buildEndpointRequest(
  request: CallerRequest,
  endpoint: Endpoint,
  stream: boolean,
  effort?: string,
): LlmRequest {
  const { model, parameters } = endpoint;
  const { messages, tools, members } = request.words;
  const isOfAnthropic = request.protocol === 'anthropic';
  const isNative = endpoint.kind === 'anthropic' && isOfAnthropic;
  // What Anthropic's clients ask for has no word in chat completions.
  const asksThinking = isOfAnthropic && (request.body['thinking'] ?? null) !== null;
  return {
    messages,
    tools,
    native: isNative ? request.body : undefined,
    model,
    stream,
    ...(endpoint.kind === 'anthropic'
      ? {
          members,
          defaults: { ...parameters, max_tokens: parameters?.['max_tokens'] ?? endpoint.maxTokens },
        }
      : addEffort(asksThinking ? undefined : effort, parameters, members)),
    form: findForm(endpoint),
  };
}

/**
 * An endpoint's parameters and a request's members, with the effort where neither says how much to reason. It
 * goes into `reasoning` where there is that, because servers refuse `reasoning_effort` beside it. What the
 * request says replaces what the parameters say by the other name.
 */
function addEffort(
  effort: string | undefined,
  parameters: JsonObject = {},
  members: LlmRequest['members'],
): Pick<LlmRequest, 'defaults' | 'members'> {
  const { reasoning_effort: setLevel, reasoning: given, ...defaults } = parameters;
  const { reasoning_effort: askedLevel, reasoning: own, ...others } = members;
  // What is no object is left for the server to read or to refuse.
  if (!isJsonObject(own ?? {})) return { members, defaults };
  if (!isJsonObject(own ?? given ?? {})) return { members, defaults: parameters };
  const asked = dropNulls(own);
  const set = dropNulls(given);
  const isAsked = saysAmount({ reasoning_effort: askedLevel, reasoning: asked });
  const isSet = setLevel !== undefined || saysAmount(parameters) || saysAmount(members);
  const reasoning = { ...(isAsked ? dropAmounts(set) : set), ...asked };
  const level = (isAsked ? askedLevel : (setLevel ?? (isSet ? undefined : effort))) ?? undefined;
  const isEmpty = Object.keys(reasoning).length === 0;
  const isJoined = !isEmpty && !('effort' in reasoning || 'max_tokens' in reasoning);
  const joined = isJoined && level !== undefined ? { ...reasoning, effort: level } : reasoning;
  return {
    members: {
      ...others,
      ...(!isEmpty && { reasoning: joined }),
      ...(!isJoined && level !== undefined && { reasoning_effort: level }),
    },
    defaults,
  };
}

/** What `reasoning` says, without members that are null, which count as not set. */
function dropNulls(reasoning: unknown): JsonObject {
  if (!isJsonObject(reasoning)) return {};
  return Object.fromEntries(Object.entries(reasoning).filter(([, value]) => value !== null));
}

/** What `reasoning` says besides how much. */
function dropAmounts(reasoning: JsonObject): JsonObject {
  const { effort: _, max_tokens: _tokens, enabled: _switch, ...others } = reasoning;
  return others;
}

/** Where servers take how much to reason. */
const amounts: readonly (readonly string[])[] = [
  ['reasoning_effort'],
  ['reasoning', 'effort'],
  ['reasoning', 'max_tokens'],
  ['reasoning', 'enabled'],
  ['thinking'],
  ['thinking_budget'],
  ['enable_thinking'],
  ['extra_body', 'google', 'thinking_config'],
];

function saysAmount(members: LlmRequest['members']): boolean {
  return amounts.some(
    (names) =>
      (names.reduce<JsonValue | undefined>(getMember, members as JsonObject) ?? null) !== null,
  );
}

/** Kept by endpoint, because each needs its URL parsed. */
const forms = new WeakMap<Endpoint, ResolvedRequestForm>();

function findForm(endpoint: Endpoint): ResolvedRequestForm {
  const { baseUrl, model, request } = endpoint;
  const form = forms.get(endpoint) ?? resolveRequestForm(baseUrl, model, request);
  forms.set(endpoint, form);
  return form;
}
