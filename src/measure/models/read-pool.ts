import { LineCounter, parseDocument, type Document } from 'yaml';
import { RoutesmithError } from '../../util/errors.js';
import type { JsonObject } from '../../util/json.js';
import { readTextFile } from '../../util/read-text-file.js';
import type { Pool, PoolModel, Price } from './model.js';
import { explainPoolIssues, priceAdvice } from './explain-pool-issues.js';
import { poolSchema, type PoolModelInput } from './pool-schema.js';
import { knownProviders, resolveProvider } from './resolve-provider.js';

/** The price of a model that costs nothing. It was never looked up, so its day is the epoch. */
export const freePrice: Price = {
  inputPerMillionUsd: 0,
  outputPerMillionUsd: 0,
  date: '1970-01-01',
};

/**
 * Reads a pool (`models.yaml`).
 *
 * Defaults: a model has no capability that is not listed, generation parameters that are not given
 * are not sent, and the key's variable is the one that the named provider's own documentation uses
 * (a base URL has none). A price is never assumed.
 *
 * @throws RoutesmithError `invalid_pool` with the file and line, and what to write there;
 * `invalid_input` where the file cannot be read.
 */
export async function readPool(file: string): Promise<Pool> {
  return parsePool(await readTextFile(file), file);
}

/** Parses a pool file's text; `file` is for messages. See {@link readPool}. */
export function parsePool(text: string, file: string): Pool {
  const lineCounter = new LineCounter();
  // Pretty errors would quote the source, and with it perhaps a key.
  const document = parseDocument(text, { lineCounter, prettyErrors: false });
  const fail: Fail = (path, what, fix) => {
    const line = lineCounter.linePos(computeOffset(document, path)).line;
    throw new RoutesmithError('invalid_pool', what, { where: `${file}:${line}`, fix });
  };
  const syntaxError = document.errors[0];
  if (syntaxError !== undefined) {
    throw new RoutesmithError('invalid_pool', `this is not valid YAML (${syntaxError.code})`, {
      where: `${file}:${lineCounter.linePos(syntaxError.pos[0]).line}`,
      fix: 'Check the indentation, the quotes and that no key stands twice.',
    });
  }
  const parsed = poolSchema.safeParse(toPlainValue(document, file));
  if (!parsed.success) {
    const { path, what, fix } = explainPoolIssues(parsed.error.issues);
    return fail(path, what, fix);
  }
  const models = parsed.data.models.map((input, index) => buildModel(input, index, fail));
  const seen = new Set<string>();
  for (const [index, model] of models.entries()) {
    if (seen.has(model.id)) {
      fail(['models', index, 'id'], `the id ${model.id} is used twice`, 'Give it another id.');
    }
    seen.add(model.id);
  }
  return { file, models };
}

function toPlainValue(document: Document.Parsed, file: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (cause) {
    throw new RoutesmithError('invalid_pool', 'the YAML aliases (*name) cannot be resolved', {
      where: file,
      fix: 'Write out what the aliases stand for.',
      cause,
    });
  }
}

type Path = readonly PropertyKey[];
type Fail = (path: Path, what: string, fix: string) => never;

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
      `protocol is for a base URL, and ${input.provider} has its own`,
      'Remove it, or write a base URL as the provider.',
    );
  }
  if (input.price === 'free' && !provider.mayBeFree) {
    return fail(
      ['models', index, 'price'],
      `price: free is for a server of your own, and ${input.provider} sends bills`,
      priceAdvice,
    );
  }
  const capabilities = new Set(input.capabilities);
  return {
    id: input.id,
    protocol: input.protocol ?? provider.protocol,
    baseUrl: provider.baseUrl,
    model: input.model,
    apiKeyEnv: input.apiKeyEnv ?? provider.apiKeyEnv,
    price: input.price === 'free' ? freePrice : buildPrice(input.price),
    contextWindow: input.contextWindow,
    capabilities: {
      vision: capabilities.has('vision'),
      tools: capabilities.has('tools'),
      json: capabilities.has('json'),
      reasoning: capabilities.has('reasoning'),
    },
    parameters: withoutUndefined(withoutOmitted(input.parameters ?? {}, input.request?.omit)),
    request: input.request,
    pin: input.pin as JsonObject | undefined,
    simulated: input.simulated ?? false,
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

/** What is never sent shapes no answer, and is not in the cell's key. */
function withoutOmitted(
  parameters: NonNullable<PoolModelInput['parameters']>,
  omit: readonly string[] = [],
): NonNullable<PoolModelInput['parameters']> {
  return Object.fromEntries(Object.entries(parameters).filter(([name]) => !omit.includes(name)));
}

/** Where a path stands in the file; the nearest parent where the path itself is missing. */
function computeOffset(document: Document.Parsed, path: Path): number {
  for (let length = path.length; length > 0; length--) {
    const node: unknown = document.getIn(path.slice(0, length), true);
    if (typeof node !== 'object' || node === null || !('range' in node)) continue;
    const { range } = node;
    if (Array.isArray(range) && typeof range[0] === 'number') return range[0];
  }
  return 0;
}
