import { beforeAll, describe, expect, it } from 'vitest';
import {
  createSigningKeys,
  signDigest,
  writeSignature,
} from '../../../src/policy/file/sign-policy.js';
import { loadPolicy, type LoadOptions } from '../../../src/policy/decide/load-policy.js';
import { RoutesmithError } from '../../../src/util/errors.js';
import {
  buildConstantPolicy,
  buildMixturePolicy,
  buildObjective,
  writePolicyFile,
} from '../../support/routing-policy.js';

const objectives = [buildObjective({ costWeightPerUsd: 100 })];
const { text, digest } = await writePolicyFile(buildMixturePolicy({ objectives }));
const now = new Date('2025-02-01T00:00:00Z');
const price = (inputPerMillionUsd: number, date = '2025-01-31') => ({
  inputPerMillionUsd,
  outputPerMillionUsd: 4 * inputPerMillionUsd,
  date,
});
const load = (options: LoadOptions) => loadPolicy(text, { now, ...options });
const question = 'How do I sort a list in Python?';

async function refusalOf(options: LoadOptions, source = text): Promise<RoutesmithError> {
  const error: unknown = await loadPolicy(source, options).catch((cause: unknown) => cause);
  if (RoutesmithError.isInstance(error)) return error;
  throw new Error('not refused', { cause: error });
}

describe("today's prices", () => {
  it('change the expected costs and the choice, and nothing else', async () => {
    const [before, after] = [await load({}), await load({ prices: { small: price(40) } })];
    const costOf = (policy: typeof before): number =>
      policy.decide(question).ranked.find(({ model }) => model === 'small')?.costUsd as number;
    expect(costOf(after) / costOf(before)).toBeCloseTo(200, 6);
    expect(after.policy.models[0]?.price).toEqual(price(40));
    expect(after.digest).toBe(before.digest);
    const quality = (policy: typeof before) =>
      policy
        .decide(question)
        .ranked.map(({ model, quality: one }) => [model, one])
        .sort();
    expect(quality(after)).toEqual(quality(before));
    expect(after.decide(question, { constraints: { maxCostUsd: 0.005 } }).excluded).toContainEqual({
      model: 'small',
      reason: expect.stringContaining('expected to cost') as string,
    });
  });

  it('are reported where they change nothing, are old, or belong to nobody', async () => {
    const prices = {
      huge: price(1),
      large: price(1),
      small: price(1, '2024-12-01'),
    };
    const { reports } = await load({ prices, maxPriceAgeDays: 30 });
    expect(reports).toEqual([
      { model: 'huge', kind: 'unknown_model' },
      { model: 'small', kind: 'stale_price', ageDays: 62 },
      { model: 'large', kind: 'price_not_used' },
    ]);
    expect((await load({ prices: { small: price(1, 'lately') } })).reports).toEqual([
      { model: 'small', kind: 'undated_price' },
    ]);
  });

  it.each([
    ['2024-12-01', 62],
    ['2024-12-01T23:00:00+14:00', 62],
    ['2024/12/01', undefined],
    ['2024-12-1', undefined],
    ['2024-12', undefined],
    ['Dec 2024', undefined],
    ['2024-02-30', undefined],
    ['', undefined],
    ['null', undefined],
  ])('of the date %j are %j days old, in every time zone', async (date, ageDays) => {
    const { reports } = await load({ prices: { small: price(1, date) }, maxPriceAgeDays: 30 });
    const kind = ageDays === undefined ? 'undated_price' : 'stale_price';
    expect(reports).toEqual([{ model: 'small', kind, ...(ageDays !== undefined && { ageDays }) }]);
  });

  it.each([Number.NaN, 'ninety'])('are all reported where the greatest age is %j', async (age) => {
    const { reports } = await load({ maxPriceAgeDays: age as number });
    expect(reports).toEqual([{ model: 'small', kind: 'stale_price', ageDays: 31 }]);
  });

  it('of the file are reported too, after 90 days where nothing else is said', async () => {
    expect((await load({})).reports).toEqual([]);
    const late = new Date('2025-06-01T00:00:00Z');
    expect((await load({ now: late })).reports).toEqual([
      { model: 'small', kind: 'stale_price', ageDays: 151 },
    ]);
    expect((await load({ now: late, prices: { small: price(0) } })).reports).toEqual([]);
  });

  it.each([
    { inputPerMillionUsd: -1, outputPerMillionUsd: 1, date: '2025-01-01' },
    { inputPerMillionUsd: Number.NaN, outputPerMillionUsd: 1, date: '2025-01-01' },
    { inputPerMillionUsd: 1, outputPerMillionUsd: 1 },
    7,
  ])('are refused, naming the model, where they are %j', async (wrong) => {
    const error = await refusalOf({ prices: { small: wrong as never } });
    expect(error.code).toBe('usage');
    expect(error.where).toContain('options, prices.small');
    expect(error.message).not.toMatch(/file|damaged/);
    expect(error.fix).toContain('inputPerMillionUsd');
  });
});

describe('an option that does not exist', () => {
  it.each(['publicKey', 'minSeriel', 'price'])('is refused: %s', async (name) => {
    const error = await refusalOf({ [name]: [] });
    expect(error.code).toBe('usage');
    expect(error.message).toContain(`unknown option ${name}`);
  });
});

describe('models that are not available', () => {
  it('are excluded from every decision, with the reason', async () => {
    const { decide, reports } = await load({ unavailable: ['large', 'other'] });
    const decision = decide(question);
    expect(decision.excluded).toEqual([{ model: 'large', reason: 'not available' }]);
    expect(decision.ranked.map(({ model }) => model).sort()).toEqual(['local', 'small']);
    expect(reports).toEqual([
      { model: 'other', kind: 'unknown_model' },
      { model: 'large', kind: 'unavailable_model' },
    ]);
    expect(decide(question, { model: 'large' }).notes).toEqual(['model_excluded']);
  });

  it('may be one name without a list, as in Python, whose parts are no names', async () => {
    const { reports } = await load({ unavailable: 'smalllarge' as never });
    expect(reports).toEqual([{ model: 'smalllarge', kind: 'unknown_model' }]);
  });

  it('may be all of them: then nothing is feasible, and nothing is used instead', async () => {
    const { decide } = await load({ unavailable: ['small', 'large', 'local'] });
    expect(decide(question)).toMatchObject({ kind: 'no_feasible_model', model: null });
    expect(decide(question).excluded).toHaveLength(3);
  });
});

describe('a signature', () => {
  let keys: Awaited<ReturnType<typeof createSigningKeys>>;
  let signed: string;
  let others: typeof keys;

  beforeAll(async () => {
    [keys, others] = [await createSigningKeys(), await createSigningKeys()];
    signed = writeSignature(text, await signDigest(digest, keys.privateKey));
  });

  it('is taken from the key that made it, and leaves the policy as it is', async () => {
    const loaded = await loadPolicy(signed, { publicKeys: [others.publicKey, keys.publicKey] });
    expect(loaded.digest).toBe(digest);
    expect(loaded.signature).toMatch(/^ed25519:/);
    expect((await loadPolicy(signed)).digest).toBe(digest);
  });

  it.each([
    ['of another key', () => [signed, [others.publicKey]]],
    ['that is missing', () => [text, [keys.publicKey]]],
    ['where no key is given', () => [signed, []]],
    ['where the key is none', () => [signed, ['ed25519:AAAA', 'key', 7]]],
    ['that is cut off', () => [signed.replace(/"ed25519:...../, '"ed25519:'), [keys.publicKey]]],
    ['that is changed', () => [signed.replace(/"ed25519:(.)/, changeFirst), [keys.publicKey]]],
  ] as const)('%s is refused', async (_, build) => {
    const [source, publicKeys] = build() as unknown as [string, string[]];
    const error = await refusalOf({ publicKeys }, source);
    expect(error).toMatchObject({ code: 'invalid_policy', where: 'policy file, signature' });
  });

  it('with a lower serial number than asked for is refused, as is one without', async () => {
    const publicKeys = [keys.publicKey];
    const seventh = writeSignature(text, await signDigest(digest, keys.privateKey, 7));
    expect(await loadPolicy(seventh, { publicKeys, minSerial: 7 })).toMatchObject({ serial: 7 });
    for (const source of [seventh, signed]) {
      const error = await refusalOf({ publicKeys, minSerial: 8 }, source);
      expect(error).toMatchObject({ code: 'invalid_policy', where: 'policy file, signature' });
    }
    // Without keys, anyone could have written the number.
    const error = await refusalOf({ minSerial: 7 }, seventh);
    expect(error.where).toBe('policy file, signature');
  });

  it.each([
    { publicKeys: null },
    { publicKeys: '' },
    { publicKeys: [] },
    // A variable of the environment that is not set.
    { minSerial: Number(undefined) },
    { minSerial: 'seven' },
  ])('is demanded by %j, too, which must not pass for no demand', async (options) => {
    const error = await refusalOf(options as object, text);
    expect(error).toMatchObject({ code: 'invalid_policy', where: 'policy file, signature' });
    const signedBy = { publicKeys: [keys.publicKey], ...options } as object;
    await expect(loadPolicy(signed, signedBy)).rejects.toThrow('policy file, signature');
  });

  it('of one policy does not fit another', async () => {
    const other = await writePolicyFile(buildConstantPolicy());
    const { signature } = JSON.parse(signed) as { signature: string };
    const error = await refusalOf(
      { publicKeys: [keys.publicKey] },
      writeSignature(other.text, signature),
    );
    expect(error.where).toBe('policy file, signature');
  });

  it('is refused as a private key, without repeating it', async () => {
    const wrong = `${keys.privateKey.slice(0, -8)}AAAAAAA=`.slice(0, -20);
    const error: unknown = await signDigest(digest, wrong).catch((cause: unknown) => cause);
    expect(error).toMatchObject({ code: 'usage' });
    expect(String(error)).not.toContain(wrong.slice(20, 40));
  });
});

function changeFirst(_: string, first: string): string {
  return `"ed25519:${first === 'A' ? 'B' : 'A'}`;
}
