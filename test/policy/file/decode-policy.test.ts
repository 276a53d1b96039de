import { describe, expect, it } from 'vitest';
import { decodePolicy } from '../../../src/policy/file/decode-policy.js';
import type { Policy } from '../../../src/policy/file/policy.js';
import { RoutesmithError } from '../../../src/util/errors.js';
import {
  buildConstantPolicy,
  buildMixturePolicy,
  buildObjective,
  writePolicyFile,
} from '../../support/routing-policy.js';

type Path = readonly (string | number)[];

const mixture = await writePolicyFile(buildMixturePolicy());
const constant = await writePolicyFile(buildConstantPolicy());

/** The mixture's file with one member replaced; `undefined` takes it out. */
function damage(path: Path, value: unknown, text = mixture.text): unknown {
  const file = JSON.parse(text) as Record<string | number, unknown>;
  let parent = file;
  for (const key of path.slice(0, -1)) parent = parent[key] as Record<string | number, unknown>;
  const key = path.at(-1) as string;
  if (value === undefined) delete parent[key];
  else parent[key] = value;
  return file;
}

function refusalOf(file: unknown): RoutesmithError {
  try {
    decodePolicy(file);
  } catch (error) {
    if (RoutesmithError.isInstance(error)) return error;
    throw error;
  }
  throw new Error('the policy was not refused');
}

function readMember(text: string, path: Path): unknown {
  return path.reduce(
    (parent, key) => (parent as Record<string | number, unknown>)[key],
    JSON.parse(text) as unknown,
  );
}

/** The paths of all members, and of the first item of each list. */
function listPaths(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [];
  const entries = Array.isArray(value)
    ? value.slice(0, 1).map((item: unknown) => [0, item] as const)
    : Object.entries(value);
  return entries.flatMap(([key, member]) => [[...path, key], ...listPaths(member, [...path, key])]);
}

/** As refusals write it: `models[0].cost.kind`. */
function writePath(path: Path): string {
  return path
    .map((key, index) => (typeof key === 'number' ? `[${key}]` : index === 0 ? key : `.${key}`))
    .join('');
}

const optional = new Set([
  'models[0].price',
  'models[0].price.cachedInputPerMillionUsd',
  'models[0].contextWindow',
  'models[0].capabilities',
  'models[0].cost.price.cachedInputPerMillionUsd',
  'models[0].cost.price.cacheWritePerMillionUsd',
]);

describe('a model with an effort', () => {
  it('keeps which model it is of, and which effort', async () => {
    const policy = buildConstantPolicy();
    const [first, ...others] = policy.models;
    const effort = { of: 'large', level: 'high' };
    const models = [{ ...(first as (typeof policy.models)[number]), effort }, ...others];
    const { text } = await writePolicyFile({ ...policy, models });
    const decoded = decodePolicy(JSON.parse(text)).policy.models;
    expect(decoded.map((model) => model.effort)).toEqual([effort, ...others.map(() => undefined)]);
    expect(refusalOf(damage(['models', 0, 'effort', 'level'], 3, text)).message).toContain(
      'effort',
    );
  });
});

describe('decodePolicy', () => {
  it.each([
    ['a task mixture', buildMixturePolicy()],
    ['a constant policy', buildConstantPolicy()],
    [
      'a policy with a constant objective',
      buildConstantPolicy({ objectives: [buildObjective({ constantModel: 'small' })] }),
    ],
  ])('gives back %s as it was encoded', async (_, policy) => {
    const { text, digest } = await writePolicyFile(policy);
    const decoded = decodePolicy(JSON.parse(text));
    expect(decoded.digest).toBe(digest);
    expect(decoded.policy).toEqual(policy);
  });

  it('writes the same bytes for the same policy', async () => {
    expect(await writePolicyFile(buildMixturePolicy())).toEqual(mixture);
  });

  it('keeps the prompts it was trained on out of the file', () => {
    expect(mixture.text).not.toContain('neighbor');
  });
});

describe('a damaged policy', () => {
  const paths = listPaths(JSON.parse(mixture.text)).filter((path) => path[0] !== 'digest');

  it.each(paths.map((path) => [writePath(path), path] as const))(
    'is refused, naming %s, where that has another type',
    (written, path) => {
      const wrong = typeof readMember(mixture.text, path) === 'string' ? 7 : 'x';
      const error = refusalOf(damage(path, wrong));
      expect(error.code).toBe('invalid_policy');
      expect(error.where).toBe(`policy file, ${written}`);
      expect(error.fix).toBeTruthy();
    },
  );

  it.each(
    paths
      .filter((path) => typeof path.at(-1) === 'string' && !optional.has(writePath(path)))
      .map((path) => [writePath(path), path] as const),
  )('is refused, naming %s, where that is missing', (written, path) => {
    const error = refusalOf(damage(path, undefined));
    expect(error.code).toBe('invalid_policy');
    const place = error.where?.replace('policy file, ', '') ?? '';
    expect(written.startsWith(place)).toBe(true);
    expect(place).not.toBe('');
  });

  it.each<[string, Path, unknown, string]>([
    ['another format', ['format'], 'other', 'format'],
    ['a later version', ['schemaVersion'], 2, 'version 2 is not read here'],
    ['no tasks', ['tasks'], [], 'tasks'],
    ['a single model', ['models'], [], 'models'],
    ['a baseline it does not list', ['baseline'], 'huge', 'baseline'],
    ['a default objective it does not list', ['defaultObjective'], 'x', 'defaultObjective'],
    ['a fallback it does not list', ['fallbackOrder', 0], 'huge', 'fallbackOrder'],
    ['fewer fallbacks than models', ['fallbackOrder'], ['large'], 'fallbackOrder'],
    [
      'a fallback listed twice',
      ['fallbackOrder'],
      ['large', 'small', 'local', 'small'],
      'fallbackOrder',
    ],
    ['a constant model it does not list', ['objectives', 0, 'constantModel'], 'x', 'objectives[0]'],
    ['a constant model without a name', ['objectives', 0, 'constantModel'], '', 'objectives[0]'],
    ['a negative cost weight', ['objectives', 0, 'costWeightPerUsd'], -1, 'costWeightPerUsd'],
    ['a negative price', ['models', 0, 'cost', 'price', 'inputPerMillionUsd'], -1, 'cost.price'],
    ['a cost of another kind', ['models', 0, 'cost', 'kind'], 'free', 'models[0].cost'],
    ['costs for fewer tasks', ['models', 0, 'cost', 'outputTokens'], [1], 'outputTokens'],
    ['an infinite latency', ['models', 0, 'latency', 'p95Ms', 2], Infinity, 'p95Ms[2]'],
    ['another verdict', ['verdict', 'decision'], 'MAYBE', 'verdict.decision'],
    ['a scorer of another kind', ['scorer', 'kind'], 'oracle', 'scorer.kind'],
    ['a temperature of zero', ['scorer', 'temperature'], 0, 'scorer.temperature'],
    ['features of a later version', ['scorer', 'features', 'spec', 'version'], 5, 'spec.version'],
    ['features of an older version', ['scorer', 'features', 'spec', 'version'], 2, 'spec.version'],
    ['no follow-up words', ['scorer', 'features', 'followUps'], undefined, 'features.followUps'],
    [
      'other numbers of follow-up words',
      ['scorer', 'features', 'followUps', 'wordCount'],
      3,
      'followUps.wordBuckets',
    ],
    ['too many buckets', ['scorer', 'features', 'spec', 'bucketBits'], 30, 'bucketBits'],
    ['other numbers of features', ['scorer', 'features', 'taskFeatureCount'], 99, 'taskBuckets'],
    ['shifts of fewer rows', ['scorer', 'heads', 'shifts'], 'AAAA', 'scorer.heads.shifts'],
    ['weights that are cut off', ['scorer', 'heads', 'weights'], 'AAAA', 'scorer.heads.weights'],
    ['a bias that is not packed', ['scorer', 'bias'], '!', 'scorer.bias'],
    ['a golden quality above 1', ['golden', 0], [0.5, 1.5, 0], 'golden[0]'],
    ['golden qualities of fewer models', ['golden', 1], [0.5], 'golden[1]'],
  ])('is refused with %s', (_, path, value, expected) => {
    const error = refusalOf(damage(path, value));
    expect(error.code).toBe('invalid_policy');
    expect(error.message).toContain(expected);
  });

  it('is refused where one of its models is listed twice', () => {
    const id = 'small';
    expect(refusalOf(damage(['models', 1, 'id'], id)).message).toContain('models');
  });

  it.each<[string, Partial<Policy>, string]>([
    [
      'two objectives of one name',
      { objectives: [buildObjective(), buildObjective({ constantModel: 'small' })] },
      'objectives: must have at least 1, each once',
    ],
    ['two tasks of one name', { tasks: ['all', 'all'] }, 'tasks: must have at least 1, each once'],
    [
      'a verdict against routing, and an objective that routes',
      { verdict: { ...buildConstantPolicy().verdict, decision: "DON'T ROUTE" } },
      'objectives: must not route against the verdict',
    ],
    [
      'evidence against an objective that routes',
      {
        verdict: {
          ...buildConstantPolicy().verdict,
          evidence: buildConstantPolicy().verdict.evidence.map((one) => ({
            ...one,
            routes: false,
          })),
        },
      },
      'objectives: must not route against the verdict',
    ],
    [
      'no evidence of an objective that routes',
      { verdict: { ...buildConstantPolicy().verdict, evidence: [] } },
      'objectives: must not route against the verdict',
    ],
  ])('is refused where it has %s', async (_, changes, expected) => {
    const policy = buildConstantPolicy();
    const models = policy.models.map((model) => ({
      ...model,
      cost: { kind: 'unknown' } as const,
      latency: { kind: 'unknown' } as const,
    }));
    const { text } = await writePolicyFile({ ...policy, models, ...changes });
    const { where, message } = refusalOf(JSON.parse(text));
    expect(`${where}: ${message}`).toContain(expected);
  });

  it('is not refused where the verdict is to route, and every objective uses one model', async () => {
    const objectives = [buildObjective({ constantModel: 'small' })];
    const { text } = await writePolicyFile(buildConstantPolicy({ objectives }));
    expect(decodePolicy(JSON.parse(text)).policy.objectives).toEqual(objectives);
  });

  it('is refused where a constant scorer comes with several tasks', () => {
    const error = refusalOf(damage(['tasks'], ['a', 'b'], constant.text));
    expect(error.code).toBe('invalid_policy');
  });

  it('does not take members from the prototype', () => {
    const { tasks: _, ...rest } = JSON.parse(mixture.text) as Record<string, unknown>;
    const nested = JSON.stringify({ tasks: ['all'] });
    const text = JSON.stringify(rest).replace('{', `{"__proto__":${nested},`);
    expect(refusalOf(JSON.parse(text)).where).toBe('policy file, tasks');
    expect(refusalOf(Object.assign(Object.create({ tasks: ['all'] }) as object, rest)).where).toBe(
      'policy file, tasks',
    );
  });

  it.each([null, 3, 'text', [], undefined])('is refused where it is %j', (value) => {
    expect(refusalOf(value)).toMatchObject({ code: 'invalid_policy', where: 'policy file' });
  });
});
