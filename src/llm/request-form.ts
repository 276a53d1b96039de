import type { JsonObject } from '../util/json.js';

/** Members of a request that a server may not know. */
export const omittableMembers = ['stream_options', 'temperature', 'seed'] as const;
/** A member of a request that a server may not know. */
export type OmittableMember = (typeof omittableMembers)[number];

export const tokenLimitNames = ['max_tokens', 'max_completion_tokens'] as const;
/** The name of the limit of an answer in tokens. */
export type TokenLimitName = (typeof tokenLimitNames)[number];

/** How a server wants its requests; what is not given follows the provider. */
export interface RequestForm {
  /** The name of the token limit. */
  readonly tokenLimit?: TokenLimitName;
  /** Members that are never sent. */
  readonly omit?: readonly OmittableMember[];
  /**
   * Whether it gets the `anthropic-beta` of callers. Other servers of Anthropic's protocol (Bedrock,
   * Vertex, proxies) refuse betas that they do not know. @default for api.anthropic.com only
   */
  readonly betas?: boolean;
}

/** A form with what is known of the provider. */
export interface ResolvedRequestForm extends RequestForm {
  /** Members that the provider needs in every request. */
  readonly extras?: JsonObject;
  /** Whether Anthropic's rule for ids of tool calls holds for its Messages: letters, digits, _ and -. */
  readonly plainCallIds?: true;
  /** Whether OpenAI's limit for ids of tool calls holds for its chat completions. */
  readonly shortCallIds?: true;
  /** Whether the model refuses tool calls without its signature, as Gemini from version 3 on does. */
  readonly signedCalls?: true;
}

/**
 * Models that refuse `max_tokens` at OpenAI and Azure: o1, o3, o4-mini, gpt-5, gpt-5.1 and later. Azure
 * writes gpt-35-turbo for gpt-3.5-turbo.
 */
const reasoningModel = /(?:^|[/_-])(?:o[1-9]|gpt-?(?:[5-9]\d?|[12]\d)(?:\.\d+)?)(?!\d)/i;

/** Anthropic's own server. */
export const anthropicHost = 'api.anthropic.com';

/** The domains of Azure's clouds: the public one, that of the US government and that of China. */
const azure = String.raw`\.azure\.(?:com|us|cn)$`;
const azureHost = new RegExp(azure);
const azureOpenAiHost = new RegExp(String.raw`\.openai` + azure);

/**
 * The form of the requests to a server: the given one, completed by what the provider documents.
 *
 * @param baseUrl a valid URL
 */
export function resolveRequestForm(
  baseUrl: string,
  model: string,
  given: RequestForm = {},
): ResolvedRequestForm {
  const host = new URL(baseUrl).hostname;
  const known = { ...findProviderForm(host, model), ...findCallForm(host, model) };
  const omit = given.omit ?? known.omit;
  return { ...known, ...given, ...(omit === undefined ? {} : { omit }) };
}

function findProviderForm(host: string, model: string): ResolvedRequestForm {
  // Regions are subdomains, such as eu.api.openai.com and eu.openrouter.ai.
  if (/(?:^|\.)api\.openai\.com$/.test(host)) return { tokenLimit: 'max_completion_tokens' };
  if (host === anthropicHost) return { betas: true };
  // Older deployments know only max_tokens (Azure/azure-sdk-for-python 39909).
  if (azureHost.test(host) && reasoningModel.test(model)) {
    return { tokenLimit: 'max_completion_tokens' };
  }
  // Without it OpenRouter does not say what it charged.
  if (/(?:^|\.)openrouter\.ai$/.test(host)) return { extras: { usage: { include: true } } };
  // Mistral sends usage without being asked, and older servers refuse the option (github/app 3299).
  if (host === 'api.mistral.ai') return { omit: ['stream_options'] };
  return {};
}

/** Those that serve Anthropic's models in its own protocol: Bedrock, Vertex and Azure. */
const cloudHost = new RegExp(String.raw`\.(?:amazonaws|googleapis)\.com$|` + azure);

/** What a provider wants of tool calls. Other servers may need ids and names as they gave them (Kimi). */
function findCallForm(host: string, model: string): ResolvedRequestForm {
  const isAnthropic =
    host === anthropicHost || cloudHost.test(host) || /claude|anthropic/i.test(model);
  const isOpenAi =
    /(?:^|\.)api\.openai\.com$/.test(host) ||
    // Only OpenAI's models are deployed there, under names of their users.
    azureOpenAiHost.test(host) ||
    (azureHost.test(host) && (/gpt/i.test(model) || reasoningModel.test(model)));
  const isSigned =
    host.endsWith('.googleapis.com') && /gemini-(?:[3-9]|\d\d|[a-z-]+-latest)/i.test(model);
  return {
    ...(isAnthropic ? { plainCallIds: true } : {}),
    ...(isOpenAi ? { shortCallIds: true } : {}),
    ...(isSigned ? { signedCalls: true } : {}),
  };
}
