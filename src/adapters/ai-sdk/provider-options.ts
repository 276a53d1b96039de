import { isJsonObject } from '../../util/json.js';
import { readEffort } from '../calls/read-effort.js';
import type { AiCallOptions, AiContentPart, AiMessage, AiModel, AiTool } from './model.js';

/** Keys that a model takes besides those that its provider's name gives (ai-sdk.dev/providers). */
const otherKeys: Readonly<Record<string, readonly string[]>> = {
  azure: ['openai'],
  'amazon-bedrock': ['bedrock', 'anthropic'],
  bedrock: ['anthropic', 'amazonBedrock'],
  vertex: ['google', 'googleVertex'],
  google: ['vertex'],
};

/** For every model whose package speaks OpenAI's protocol. */
const sharedKeys = ['openai-compatible', 'openaiCompatible'];

/** A provider that serves the models of all others, and takes their options. */
const gateways: ReadonlySet<string> = new Set(['gateway']);

/** Whether a key of provider options is for a model. */
export type OwnsKey = (key: string) => boolean;

/** @param more keys besides those that the name of the model's provider gives */
export function createOwnsKey({ provider }: AiModel, more: readonly string[] = []): OwnsKey {
  const names = provider.split('.').map((name) => name.trim());
  if (names.some((name) => gateways.has(name))) return (key) => key !== 'routesmith';
  const keys = new Set([
    ...names.flatMap((name) => [name, toCamelCase(name), ...(otherKeys[name] ?? [])]),
    ...sharedKeys,
    ...more,
  ]);
  return (key) => keys.has(key);
}

function toCamelCase(name: string): string {
  return name.replace(/[_-]([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/**
 * The options of a call as a model may see them: of all options by provider only its own, also those
 * of messages, parts and tools, and without reasoning that another provider signed.
 */
export function keepOwnOptions(options: AiCallOptions, owns: OwnsKey): AiCallOptions {
  const { prompt, tools } = options;
  return {
    ...filter(options, owns),
    prompt: prompt.flatMap((one) => readMessage(one, owns)),
    ...(tools !== undefined && { tools: tools.map((tool) => filter(tool, owns)) }),
  };
}

function readMessage(message: AiMessage, owns: OwnsKey): AiMessage[] {
  const { content } = message;
  if (!Array.isArray(content)) return [filter(message, owns)];
  const parts = (content as readonly AiContentPart[])
    .filter((part) => !isForeign(part, owns))
    .map((part) => filterOutput(filter(part, owns), owns));
  return parts.length === 0 && content.length > 0
    ? []
    : [{ ...filter(message, owns), content: parts }];
}

/** Whether a part makes sense to another provider only. */
function isForeign({ type, kind, providerOptions }: AiContentPart, owns: OwnsKey): boolean {
  if (type === 'custom') return kind !== undefined && !owns(kind.split('.', 1)[0] as string);
  if (!type.startsWith('reasoning') || providerOptions === undefined) return false;
  const keys = Object.keys(providerOptions);
  return keys.length > 0 && !keys.some(owns);
}

/** The effort of reasoning that the options of a model's own provider ask for, or undefined. */
export function findOwnEffort(
  options: AiCallOptions['providerOptions'],
  owns: OwnsKey,
): string | undefined {
  const own = Object.entries(options ?? {}).filter(([key]) => owns(key));
  return own.map(([, members]) => readEffort(members)).find((effort) => effort !== undefined);
}

/** What a tool returned may be parts with options of their own. */
function filterOutput(part: AiContentPart, owns: OwnsKey): AiContentPart {
  const { output } = part;
  if (!isJsonObject(output)) return part;
  const own: { readonly value?: unknown } = filter(output as object, owns);
  if (!Array.isArray(own.value) || output['type'] !== 'content') return { ...part, output: own };
  const value = (own.value as readonly object[]).map((one) => filter(one, owns));
  return { ...part, output: { ...own, value } };
}

/** The same without the options of others; the object itself if it has none. */
function filter<T extends object>(holder: T, owns: OwnsKey): T {
  const { providerOptions } = holder as { readonly providerOptions?: object };
  if (typeof providerOptions !== 'object' || providerOptions === null) return holder;
  const own = Object.entries(providerOptions).filter(([key]) => owns(key));
  const { providerOptions: _, ...others } = holder as T & { providerOptions?: unknown };
  return (own.length === 0
    ? others
    : { ...others, providerOptions: Object.fromEntries(own) }) as unknown as T;
}

/** A tool that a provider runs and that another one does not have, as a sentence, or undefined. */
export function findForeignTool(
  tools: readonly AiTool[] | undefined,
  owns: OwnsKey,
): string | undefined {
  const foreign = tools?.find(({ id }) => id !== undefined && !owns(id.split('.', 1)[0] as string));
  return foreign && `its provider has no tool ${foreign.id}`;
}
