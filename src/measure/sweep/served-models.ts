import type { PoolModel } from '../models/model.js';
import type { LedgerEntry } from '../ledger/ledger-entry.js';
import { isJsonObject, type JsonValue } from '../../util/json.js';
import { isNamed } from './served-name.js';

type Served = Pick<LedgerEntry, 'servedModel' | 'servedProvider' | 'fingerprint'>;

/** A model, provider and fingerprint as reported in answers; null if not reported. */
interface ServedCount {
  readonly model: string | null;
  readonly provider: string | null;
  readonly fingerprint: string | null;
  count: number;
}

const maxDistinct = 100;

/** Counts the served models, providers and fingerprints of each model of a pool. */
export interface ServedTally {
  note(modelId: string, served: Served): void;
  /** What was served for a model, and how often. */
  read(modelId: string): readonly ServedCount[];
}

/** A difference between the requested and the served model, or a change during the run. */
export interface ServedFinding {
  readonly model: string;
  readonly kind:
    /** The provider reports a model other than the requested one. */
    | 'other_model'
    /** The pool names providers, but another one answered. */
    | 'pin_not_honoured'
    /** The reported model changed during the run. */
    | 'model_changed'
    /** Several providers answered; they may run the model differently. */
    | 'several_providers'
    /** The provider's configuration of the model changed. */
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
      // A server may send a new fingerprint with each answer; that must not fill the memory.
      const print = ofModel.size < maxDistinct ? fingerprint : null;
      const key = `${model}\n${provider}\n${print}`;
      const known = ofModel.get(key);
      if (known !== undefined) known.count += 1;
      else ofModel.set(key, { model, provider, fingerprint: print, count: 1 });
    },
    read: (modelId) => [...(counts.get(modelId)?.values() ?? [])],
  };
}

/** Finds models whose answers came from another model or provider, or whose source changed. */
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
      add('other_model', `requested ${model.model}, answered by ${describe(others)}`);
    }
    if (names.size > 1) add('model_changed', `answered by ${describe([...names])}`);
    const wanted = readPinnedProviders(model);
    const unpinned = [...providers].filter(
      ([provider]) => !wanted.some((name) => isProvider(provider, name)),
    );
    if (wanted.length > 0 && unpinned.length > 0) {
      add('pin_not_honoured', `pinned to ${wanted.join(', ')}, served by ${describe(unpinned)}`);
    } else if (providers.size > 1) {
      add('several_providers', `served by ${describe([...providers])}`);
    }
    if (prints.size > 1) add('fingerprint_changed', `${prints.size} fingerprints`);
    return findings;
  });
}

/** Adds up counts by name; null names are ignored. */
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

/** Matches a pin such as `google-vertex/us` with a reported `Google Vertex` or `Google`. */
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

/** OpenRouter's `only`, or else `order`. */
function readPinnedProviders({ pin }: PoolModel): string[] {
  if (pin === undefined || !isJsonObject(pin)) return [];
  const names: JsonValue | undefined = pin['only'] ?? pin['order'];
  return Array.isArray(names) ? names.filter((name) => typeof name === 'string') : [];
}
