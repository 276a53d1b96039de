import type { PoolModel } from '../models/model.js';
import type { LedgerEntry } from '../ledger/ledger-entry.js';
import { isJsonObject, type JsonValue } from '../../util/json.js';

type Served = Pick<LedgerEntry, 'servedModel' | 'servedProvider' | 'fingerprint'>;

/** One who answered, as the provider describes itself; null where it says nothing. */
interface ServedCount {
  readonly model: string | null;
  readonly provider: string | null;
  readonly fingerprint: string | null;
  count: number;
}

const maxDistinct = 100;

/** Counts who answered for each model of a pool. */
export interface ServedTally {
  note(modelId: string, served: Served): void;
  /** Who answered for a model, and how often. */
  read(modelId: string): readonly ServedCount[];
}

/** Something about who answered that a comparison of models should not keep quiet about. */
export interface ServedFinding {
  readonly model: string;
  readonly kind:
    /** The provider names another model than was asked for. */
    | 'other_model'
    /** The pool names providers, and another one answered. */
    | 'pin_not_honoured'
    /** The same name stood for several models. */
    | 'model_changed'
    /** Several providers answered; they may run the model differently. */
    | 'several_providers'
    /** The configuration behind the name changed. */
    | 'fingerprint_changed';
  readonly detail: string;
}

/** Creates an empty tally. */
export function createServedTally(): ServedTally {
  const counts = new Map<string, Map<string, ServedCount>>();
  return {
    note(modelId, { servedModel: model, servedProvider: provider = null, fingerprint = null }) {
      if (model === null && provider === null && fingerprint === null) return;
      const ofModel = counts.get(modelId) ?? new Map<string, ServedCount>();
      if (ofModel.size === 0) counts.set(modelId, ofModel);
      // A server that makes up a fingerprint for each answer must not fill the memory.
      const print = ofModel.size < maxDistinct ? fingerprint : null;
      const key = `${model}\n${provider}\n${print}`;
      const known = ofModel.get(key);
      if (known !== undefined) known.count += 1;
      else ofModel.set(key, { model, provider, fingerprint: print, count: 1 });
    },
    read: (modelId) => [...(counts.get(modelId)?.values() ?? [])],
  };
}

/** What a tally says that is not as the pool asked, or did not stay the same. */
export function findServedDifferences(
  models: readonly PoolModel[],
  tally: ServedTally,
): ServedFinding[] {
  return models.flatMap((model) => {
    const served = tally.read(model.id);
    const names = addUp(served.map((one) => [one.model, one.count]));
    const providers = addUp(served.map(({ provider, count }) => [provider, count]));
    const prints = addUp(served.map(({ fingerprint, count }) => [fingerprint, count]));
    const findings: ServedFinding[] = [];
    const add = (kind: ServedFinding['kind'], detail: string): void => {
      findings.push({ model: model.id, kind, detail });
    };

    const others = [...names].filter(([name]) => !isNamed(name, model.model));
    if (others.length > 0) {
      add('other_model', `asked for ${model.model}, answered by ${describe(others)}`);
    }
    if (names.size > 1) add('model_changed', `answered by ${describe([...names])}`);
    const wanted = readPinnedProviders(model);
    const strangers = [...providers].filter(
      ([provider]) => !wanted.some((name) => isProvider(provider, name)),
    );
    if (wanted.length > 0 && strangers.length > 0) {
      add('pin_not_honoured', `pinned to ${wanted.join(', ')}, served by ${describe(strangers)}`);
    } else if (providers.size > 1) {
      add('several_providers', `served by ${describe([...providers])}`);
    }
    if (prints.size > 1) add('fingerprint_changed', `${prints.size} fingerprints`);
    return findings;
  });
}

/** Counts by name; what was not said counts for nothing. */
function addUp(pairs: readonly (readonly [string | null, number])[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const [name, count] of pairs) {
    if (name !== null) counts.set(name, (counts.get(name) ?? 0) + count);
  }
  return counts;
}

function describe(counts: readonly (readonly [string, number])[]): string {
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .slice(0, 5)
    .map(([name, count]) => `${name} (${count})`)
    .join(', ');
}

/** An alias is served under its full name: `gpt-4o` as `gpt-4o-2024-08-06`, or without its maker. */
function isNamed(served: string, asked: string): boolean {
  const [full, short] = [simplify(asked), simplify(asked.slice(asked.lastIndexOf('/') + 1))];
  const name = simplify(served);
  return name.startsWith(full) || name.startsWith(short) || name.endsWith(short);
}

/** A pin says `google-vertex/us`, an answer `Google Vertex` or `Google`. */
function isProvider(served: string, pinned: string): boolean {
  const [name, wanted] = [simplify(served), simplify(pinned.split('/', 1)[0] as string)];
  return name.startsWith(wanted) || wanted.startsWith(name);
}

function simplify(text: string): string {
  return text
    .replace(/:[a-z]+$/i, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');
}

/** OpenRouter's `only`, else `order`. */
function readPinnedProviders({ pin }: PoolModel): string[] {
  if (pin === undefined || !isJsonObject(pin)) return [];
  const names: JsonValue | undefined = pin['only'] ?? pin['order'];
  return Array.isArray(names) ? names.filter((name) => typeof name === 'string') : [];
}
