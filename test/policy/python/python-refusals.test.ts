import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadPolicy } from '../../../src/policy/decide/load-policy.js';
import {
  createSigningKeys,
  signDigest,
  writeSignature,
} from '../../../src/policy/file/sign-policy.js';
import type { Policy } from '../../../src/policy/file/policy.js';
import { createRandom } from '../../../src/util/random.js';
import { findDisagreements, mutatePolicyText } from '../../support/damaged-policies.js';
import { hasPython, pythonFolder, PythonRuntime } from '../../support/python-runtime.js';
import {
  buildConstantPolicy,
  buildMixturePolicy,
  writePolicyFile,
} from '../../support/routing-policy.js';

const schema: unknown = JSON.parse(
  readFileSync(resolve(import.meta.dirname, '../../../docs/policy.schema.json'), 'utf8'),
);

// `npm run check:python` damages 10,000 policies.
describe.skipIf(!hasPython())('a policy that Python loads', () => {
  let python: PythonRuntime;
  beforeAll(() => {
    python = new PythonRuntime();
  });
  afterAll(() => python.close());

  it.each([
    ['a task mixture', buildMixturePolicy(), 100],
    ['a constant policy', buildConstantPolicy(), 300],
  ])('is refused by both languages or by none, if %s is damaged', async (_, policy, count) => {
    const { text } = await writePolicyFile(policy);
    const random = createRandom(5);
    const sources: (string | Uint8Array)[] = [];
    while (sources.length < count) sources.push(await mutatePolicyText(text, random));
    const { refused, disagreements } = await findDisagreements(sources, python);
    expect(disagreements).toEqual([]);
    expect(refused).toBeGreaterThan(count / 4);
  });

  it('is refused by both languages where it contradicts itself', async () => {
    const policy = buildConstantPolicy();
    const { verdict } = policy;
    const [first] = policy.objectives;
    const denied = verdict.evidence.map((one) => ({ ...one, routes: false }));
    const constants = policy.objectives.map((one) => ({ ...one, constantModel: 'small' }));
    const contradictions: Partial<Policy>[] = [
      { verdict: { ...verdict, decision: "DON'T ROUTE" } },
      { verdict: { ...verdict, evidence: denied } },
      { verdict: { ...verdict, evidence: [] } },
      { verdict: { ...verdict, evidence: verdict.evidence.slice(1) } },
      { objectives: first === undefined ? [] : [first, first] },
      { objectives: [] },
      { tasks: [] },
      { fallbackOrder: ['small', 'large', 'large'] },
    ];
    const consistent: Partial<Policy>[] = [
      { objectives: constants, verdict: { ...verdict, evidence: denied } },
      { objectives: constants, verdict: { ...verdict, decision: "DON'T ROUTE" } },
      {},
    ];
    const write = async (changes: Partial<Policy>): Promise<string> =>
      (await writePolicyFile({ ...policy, ...changes })).text;
    const wrong = await findDisagreements(await Promise.all(contradictions.map(write)), python);
    expect(wrong).toMatchObject({ refused: contradictions.length, disagreements: [] });
    const right = await findDisagreements(await Promise.all(consistent.map(write)), python);
    expect(right).toMatchObject({ refused: 0, disagreements: [] });
  });

  it('has each member that the schema of the file describes', () => {
    const source = readFileSync(resolve(pythonFolder, 'routesmith_policy.py'), 'utf8');
    const names: string[] = [];
    JSON.stringify(schema, (key, value: unknown) => {
      if (key === 'properties') names.push(...Object.keys(value as object));
      return value;
    });
    expect(names.length).toBeGreaterThan(60);
    expect(names.filter((name) => !new RegExp(`\\b${name}\\b`).test(source))).toEqual([]);
  });

  it('may begin with a byte order mark, and be UTF-16', async () => {
    const { text, digest } = await writePolicyFile(buildConstantPolicy());
    const load = (data: Buffer): object => ({
      load: data.toString('base64'),
      bytes: true,
      name: 'p',
    });
    const loads = [
      load(Buffer.from(`\ufeff${text}`, 'utf8')),
      load(Buffer.from(`\ufeff${text}`, 'utf16le')),
      load(Buffer.from('\x1f\x8b\x08')),
    ];
    expect(await python.ask(loads)).toMatchObject([
      { digest },
      { digest },
      { refused: expect.stringMatching('gzip') as unknown },
    ]);
  });

  it('has the same reports of prices and models', async () => {
    const { text } = await writePolicyFile(buildMixturePolicy());
    const price = { inputPerMillionUsd: 1, outputPerMillionUsd: 2, date: 'some day' };
    const prices = { small: { ...price, date: '2025-01-01' }, large: price, other: price };
    const options = { prices, unavailable: ['local'] };
    const { reports } = await loadPolicy(text, options);
    expect(reports.map(({ kind }) => kind)).toEqual([
      'unknown_model',
      'stale_price',
      'price_not_used',
      'undated_price',
      'unavailable_model',
    ]);
    expect(await python.ask([{ load: text, name: 'p', options }])).toMatchObject([{ reports }]);
  });

  it.each([
    '2020-01-01',
    '2020-01-01T23:00:00+14:00',
    '2020/01/01',
    '2020-1-1',
    '2026-11',
    'Nov 2020',
    '2020-02-30',
    '',
  ])('has the same report of a price of %j', async (date) => {
    const { text } = await writePolicyFile(buildMixturePolicy());
    const small = { inputPerMillionUsd: 1, outputPerMillionUsd: 2, date };
    const options = { prices: { small } };
    const { reports } = await loadPolicy(text, options);
    expect(reports).toHaveLength(1);
    expect(await python.ask([{ load: text, name: 'p', options }])).toMatchObject([{ reports }]);
  });

  it('is refused with the same words for a price that cannot be read', async () => {
    const { text } = await writePolicyFile(buildMixturePolicy());
    const options = {
      prices: { small: { inputPerMillionUsd: 1, outputPerMillionUsd: 2 } as never },
    };
    const error: unknown = await loadPolicy(text, options).catch((cause: unknown) => cause);
    expect(error).toMatchObject({ code: 'usage' });
    expect(await python.ask([{ load: text, name: 'p', options }])).toMatchObject([
      { refused: (error as Error).message },
    ]);
  });

  it('must have a signature of a given key, or is refused', async () => {
    const { text, digest } = await writePolicyFile(buildConstantPolicy());
    const [keys, others] = [await createSigningKeys(), await createSigningKeys()];
    const signed = writeSignature(text, await signDigest(digest, keys.privateKey, 7));
    const load = (load: string, options: object): object => ({ load, name: 'p', options });
    const weak = `ed25519:${Buffer.from([1, ...new Uint8Array(31)]).toString('base64')}`;
    const [good, ...bad] = await python.ask<{ refused?: string }>([
      load(signed, { public_keys: [weak, others.publicKey, keys.publicKey], min_serial: 7 }),
      load(signed, { public_keys: [keys.publicKey], min_serial: 8 }),
      load(signed, { public_keys: [others.publicKey] }),
      load(signed.replace('ed25519:7:', 'ed25519:8:'), { public_keys: [keys.publicKey] }),
      load(signed, { public_keys: [] }),
      load(signed, { min_serial: 1 }),
      load(text, { public_keys: [keys.publicKey, weak] }),
    ]);
    for (const answer of bad) expect(answer.refused).toMatch(/^policy file, signature: /);
    // Python has no Ed25519 of its own, and says so.
    if (good?.refused === undefined) expect(good).toMatchObject({ digest, checked: true });
    else expect(good.refused).toContain('pip install cryptography');
  });
});
