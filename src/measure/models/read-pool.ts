import { LineCounter, parseDocument, type Document } from 'yaml';
import { RoutesmithError } from '../../util/errors.js';
import type { JsonObject } from '../../util/json.js';
import { redactSecrets } from '../../util/redact-secrets.js';
import { readTextFile } from '../../util/read-text-file.js';
import type { Capabilities, Pool, PoolModel, Price } from './model.js';
import { explainPoolIssues, priceAdvice } from './explain-pool-issues.js';
import { poolSchema, type PoolModelInput } from './pool-schema.js';
import { knownProviders, resolveProvider } from './resolve-provider.js';

/** The price of a free model. Its date is the epoch, because no price list was consulted. */
export const freePrice: Price = {
  inputPerMillionUsd: 0,
  outputPerMillionUsd: 0,
  date: '1970-01-01',
};

/**
 * Reads a pool (`models.yaml`).
 *
 * Defaults: a model has only the capabilities that are listed, and unknown ones without a list.
 * Generation parameters that are not given are not sent, and the key's variable is the one that the provider's documentation uses (a
 * base URL has none). There is no default price.
 *
 * @throws RoutesmithError `invalid_pool` with the file and line, and what to write there;
 * `invalid_input` if the file cannot be read
 */
export async function readPool(file: string): Promise<Pool> {
  return parsePool(await readTextFile(file), file);
}

/** Parses a pool file's text; `file` is for messages. See {@link readPool}. */
export function parsePool(text: string, file: string): Pool {
  const lineCounter = new LineCounter();
  // Pretty errors quote the source, which may contain a key.
  const document = parseDocument(text, { lineCounter, prettyErrors: false });
  const fail: Fail = (path, what, fix) => {
    const line = lineCounter.linePos(computeOffset(document, path)).line;
    throw new RoutesmithError('invalid_pool', what, { where: `${file}:${line}`, fix });
  };
  const syntaxError = document.errors[0];
  if (syntaxError !== undefined) {
    throw new RoutesmithError('invalid_pool', `this is not valid YAML (${syntaxError.code})`, {
      where: `${file}:${lineCounter.linePos(syntaxError.pos[0]).line}`,
      fix: 'Check the indentation, the quotes, and that no key occurs twice.',
    });
  }
  const parsed = poolSchema.safeParse(toPlainValue(document, file));
  if (!parsed.success) {
    const { path, what, fix } = explainPoolIssues(parsed.error.issues);
    return fail(path, what, fix);
  }
  const entries = parsed.data.models.flatMap((input, index) =>
    buildModels(input, index, fail).map((model) => ({ model, index })),
  );
  const seen = new Set<string>();
  for (const { model, index } of entries) {
    if (seen.has(model.id)) {
      fail(
        ['models', index, 'id'],
        `the id ${redactSecrets(model.id)} is used twice`,
        'Give it another id.',
      );
    }
    seen.add(model.id);
  }
  return { file, models: entries.map(({ model }) => model) };
}

function toPlainValue(document: Document.Parsed, file: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch {
    // Without the cause: it quotes the alias, which may be a key.
    throw new RoutesmithError('invalid_pool', 'the YAML aliases (*name) cannot be resolved', {
      where: file,
      fix: 'Replace the aliases by their values.',
    });
  }
}

type Path = readonly PropertyKey[];
type Fail = (path: Path, what: string, fix: string) => never;

/** The model of an entry, or one for each of its efforts: `gpt-5@low` and `gpt-5@high`. */
function buildModels(input: PoolModelInput, index: number, fail: Fail): PoolModel[] {
  const model = buildModel(input, index, fail);
  if (input.efforts === undefined) return [model];
  return input.efforts.map((level) => ({
    ...model,
    id: nameEffort(model.id, level),
    parameters: { ...model.parameters, reasoningEffort: level },
    effort: { of: model.id, level },
  }));
}

/** The id of a model at one of its efforts. */
export function nameEffort(id: string, level: string): string {
  return `${id}@${level}`;
}

function buildModel(input: PoolModelInput, index: number, fail: Fail): PoolModel {
  const resolved = resolveProvider(input.provider);
  if (!resolved.ok) {
    return fail(
      ['models', index, 'provider'],
      resolved.problem,
      `Write ${[...knownProviders.keys()].join(', ')}, or a base URL such as https://example.com/v1.`,
    );
  }
  const provider = resolved.value;
  if (input.protocol !== undefined && knownProviders.has(input.provider)) {
    return fail(
      ['models', index, 'protocol'],
      `protocol can only be set for a base URL, and ${input.provider} has its own`,
      'Remove it, or write a base URL as the provider.',
    );
  }
  if (input.price === 'free' && !provider.mayBeFree) {
    return fail(
      ['models', index, 'price'],
      `price: free is only for self-hosted servers, and ${input.provider} charges for its models`,
      priceAdvice,
    );
  }
  return {
    id: input.id,
    protocol: input.protocol ?? provider.protocol,
    baseUrl: provider.baseUrl,
    model: input.model,
    apiKeyEnv: input.apiKeyEnv ?? provider.apiKeyEnv,
    price: input.price === 'free' ? freePrice : buildPrice(input.price),
    batchPriceShare: input.batchPriceShare,
    contextWindow: input.contextWindow,
    capabilities: input.capabilities && buildCapabilities(input.capabilities),
    parameters: withoutUndefined(withoutOmitted(input.parameters ?? {}, input.request?.omit)),
    request: input.request,
    timeouts: input.timeouts,
    pin: input.pin as JsonObject | undefined,
    simulated: input.simulated ?? false,
  };
}

/** A list names all that a model can do, so what it leaves out the model cannot do. */
function buildCapabilities(listed: NonNullable<PoolModelInput['capabilities']>): Capabilities {
  return {
    vision: listed.includes('vision'),
    tools: listed.includes('tools'),
    json: listed.includes('json'),
    reasoning: listed.includes('reasoning'),
  };
}

function buildPrice(price: Exclude<PoolModelInput['price'], 'free'>): Price {
  return {
    inputPerMillionUsd: price.input,
    outputPerMillionUsd: price.output,
    ...(price.cachedInput === undefined ? {} : { cachedInputPerMillionUsd: price.cachedInput }),
    ...(price.cacheWrite === undefined ? {} : { cacheWritePerMillionUsd: price.cacheWrite }),
    date: price.date,
  };
}

function withoutUndefined(
  parameters: NonNullable<PoolModelInput['parameters']>,
): PoolModel['parameters'] {
  return Object.fromEntries(
    Object.entries(parameters).filter(([, value]) => value !== undefined),
  ) as PoolModel['parameters'];
}

/** Removes parameters that are never sent: they must not be part of the cell key. */
function withoutOmitted(
  parameters: NonNullable<PoolModelInput['parameters']>,
  omit: readonly string[] = [],
): NonNullable<PoolModelInput['parameters']> {
  return Object.fromEntries(Object.entries(parameters).filter(([name]) => !omit.includes(name)));
}

/** The offset of a path in the file; that of its nearest parent if the path is missing. */
function computeOffset(document: Document.Parsed, path: Path): number {
  for (let length = path.length; length > 0; length--) {
    const node: unknown = document.getIn(path.slice(0, length), true);
    if (typeof node !== 'object' || node === null || !('range' in node)) continue;
    const { range } = node;
    if (Array.isArray(range) && typeof range[0] === 'number') return range[0];
  }
  return 0;
}
