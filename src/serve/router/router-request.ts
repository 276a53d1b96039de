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

/** Whether an endpoint can take a request, and what its model can do. */
export function describeEndpoint(
  endpoint: Endpoint | undefined,
  request: CallerRequest,
): ModelState {
  if (endpoint === undefined) return { unavailable: 'the pool has no endpoint for it' };
  const unavailable = findUnsupported(request, endpoint);
  const { capabilities } = endpoint;
  return {
    ...(unavailable !== undefined && { unavailable }),
    ...(capabilities !== undefined && { capabilities }),
  };
}

/** Why an endpoint's protocol cannot take a request, as a sentence, or undefined. */
function findUnsupported(request: CallerRequest, { kind }: Endpoint): string | undefined {
  if (kind === 'openai') return request.inexpressible;
  return request.protocol === kind ? undefined : protocols[kind].findInexpressible(request.words);
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
  const isNative = endpoint.kind === 'anthropic' && request.protocol === 'anthropic';
  return {
    messages,
    tools,
    native: isNative ? request.body : undefined,
    model,
    stream,
    ...(endpoint.kind === 'anthropic'
      ? { members, defaults: { max_tokens: endpoint.maxTokens, ...parameters } }
      : addEffort(effort, parameters, members)),
    form: findForm(endpoint),
  };
}

/**
 * An endpoint's parameters and a request's members, with the effort where neither says how much to reason. It
 * goes into `reasoning` where there is that, because servers refuse `reasoning_effort` beside it.
 */
function addEffort(
  effort: string | undefined,
  parameters: JsonObject = {},
  members: LlmRequest['members'],
): Pick<LlmRequest, 'defaults' | 'members'> {
  const { reasoning_effort: level = effort ?? null, ...others } = parameters;
  const { reasoning: given, ...rest } = others;
  const own = members['reasoning'] ?? null;
  const asksLevel = (members['reasoning_effort'] ?? null) !== null;
  const isAsked = asksLevel || saysAmount(members);
  if (isJsonObject(own)) {
    if (isAsked || saysAmount(rest)) return { members, defaults: others };
    const added = level === null || saysAmount(others) ? {} : { effort: level };
    const reasoning = { ...(isJsonObject(given) && given), ...own, ...added };
    return { members: { ...members, reasoning }, defaults: rest };
  }
  if (asksLevel) return { members, defaults: saysAmount(others) ? rest : parameters };
  const isSet = 'reasoning_effort' in parameters || saysAmount(others);
  if (effort === undefined || isAsked || isSet) return { members, defaults: parameters };
  const added = isJsonObject(given)
    ? { reasoning: { ...given, effort } }
    : { reasoning_effort: effort };
  return { members, defaults: { ...parameters, ...added } };
}

/** Where servers take how much to reason, besides `reasoning_effort`. */
const amounts: readonly (readonly string[])[] = [
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
