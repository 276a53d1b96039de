import vm from 'node:vm';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { computePolicyDigest } from '../../../src/policy/file/policy-digest.js';
import { probePrompts } from '../../../src/policy/file/probe-prompts.js';
import { loadPolicy, scoreProbes } from '../../../src/policy/decide/load-policy.js';
import { RoutesmithError } from '../../../src/util/errors.js';
import { createRandom } from '../../../src/util/random.js';
import {
  buildConstantPolicy,
  buildMixturePolicy,
  writePolicyFile,
} from '../../support/routing-policy.js';

const policy = buildMixturePolicy();
const { text, digest } = await writePolicyFile(policy);

async function refusalOf(source: unknown): Promise<RoutesmithError> {
  const error: unknown = await loadPolicy(source as string).catch((cause: unknown) => cause);
  if (!RoutesmithError.isInstance(error)) throw new Error('not refused', { cause: error });
  expect(error.code).toBe('invalid_policy');
  return error;
}

/** The policy's file with some members changed, and a digest that fits again. */
async function rewrite(changes: Readonly<Record<string, unknown>>): Promise<object> {
  const file = { ...(JSON.parse(text) as Record<string, unknown>), ...changes };
  return { ...file, digest: await computePolicyDigest(file) };
}

describe('loadPolicy', () => {
  const bytes = Buffer.from(text);
  const inRealm = (code: string) => vm.runInNewContext(code) as (value: unknown) => unknown;

  it.each<[string, unknown]>([
    ['text with a byte order mark', `\ufeff${text}`],
    ['bytes with a byte order mark', Buffer.from(`\ufeff${text}`)],
    ['bytes of UTF-16', Buffer.from(`\ufeff${text}`, 'utf16le')],
    ['an ArrayBuffer', Uint8Array.from(bytes).buffer],
    ['a DataView', new DataView(Uint8Array.from(bytes).buffer)],
    ['bytes of another realm', inRealm('(a) => Uint8Array.from(a)')([...bytes])],
    ['a buffer of another realm', inRealm('(a) => Uint8Array.from(a).buffer')([...bytes])],
    ['an object of another realm', inRealm('(t) => JSON.parse(t)')(text)],
    ['the exports of a JSON module', { ...JSON.parse(text), default: JSON.parse(text) }],
    ['a default export', { default: JSON.parse(text) as unknown }],
  ])('takes %s', async (_, source) => {
    expect((await loadPolicy(source as string)).digest).toBe(digest);
  });

  it('is the same policy as text and as parsed JSON where it holds another one as `default`', async () => {
    const other = JSON.parse((await writePolicyFile(buildConstantPolicy())).text) as object;
    const file = await rewrite({ default: other });
    const asText = await loadPolicy(JSON.stringify(file));
    expect((await loadPolicy(file as Record<string, unknown>)).digest).toBe(asText.digest);
    expect(asText.digest).not.toBe((other as { digest: string }).digest);
  });

  it.each<[string, unknown, string]>([
    ['a Promise', Promise.resolve(text), 'not Promise'],
    ['a Response', new Response(text), 'not Response'],
    ['a Blob', new Blob([text]), 'not Blob'],
    ['a URL', new URL('file:///policy.json'), 'not URL'],
    ['a Map', new Map(), 'not Map'],
    ['null', null, 'not Null'],
    ['undefined', undefined, 'not Undefined'],
    ['gzip', gzipSync(text), 'gzip'],
    ['a path', 'policies/a.policy.json', 'not its path or URL'],
    ['a page', '<!doctype html>', 'not its path or URL'],
    ['base64', bytes.toString('base64'), 'not its path or URL'],
  ])('names what it was given instead: %s', async (_, source, said) => {
    expect((await refusalOf(source)).message).toContain(said);
  });

  it('refuses a file that is nested however deep', async () => {
    const deep = '['.repeat(100_000) + ']'.repeat(100_000);
    await refusalOf(deep);
    await refusalOf(`${text.slice(0, text.lastIndexOf('}'))},"x":${deep}}`);
  });

  it('takes text, bytes and parsed JSON', async () => {
    for (const source of [text, new TextEncoder().encode(text), JSON.parse(text) as object]) {
      const loaded = await loadPolicy(source);
      expect(loaded.digest).toBe(digest);
      expect(loaded.policy).toEqual(policy);
      expect(loaded.decide('Add 2 and 3.').policyDigest).toBe(digest);
    }
  });

  it('takes the members in any order, and a signature', async () => {
    const file = Object.entries(JSON.parse(text) as object).reverse();
    const reordered = Object.fromEntries([...file, ['signature', 'ed25519:AAAA']]);
    expect((await loadPolicy(JSON.stringify(reordered))).digest).toBe(digest);
  });

  it.each([
    ['text that is not JSON', 'not a policy', 'JSON'],
    ['a file that is cut off', text.slice(0, -100), 'JSON'],
    ['an empty file', '', 'JSON'],
    ['no object', '[]', 'must be an object'],
    ['null', null, 'must be text, bytes or parsed JSON'],
    ['a number', 7, 'must be text, bytes or parsed JSON'],
    ['another file', '{"name":"routesmith"}', 'format'],
  ])('refuses %s', async (_, source, expected) => {
    expect((await refusalOf(source)).message).toContain(expected);
  });

  it('refuses content that was changed, naming both digests', async () => {
    const error = await refusalOf(text.replace('"noveltyLimit": 0.5', '"noveltyLimit": 0.6'));
    expect(error.where).toBe('policy file, digest');
    expect(error.message).toContain(digest);
  });

  it('refuses a policy that scores the probe prompts otherwise than at export', async () => {
    const golden = scoreProbes(policy);
    const [first = []] = golden;
    const moved = first.map((quality) => quality + 0.001);
    expect((await refusalOf(await rewrite({ golden: [moved, ...golden.slice(1)] }))).where).toBe(
      'policy file, golden',
    );
    expect((await refusalOf(await rewrite({ golden: golden.slice(1) }))).where).toBe(
      'policy file, golden',
    );
  });

  it('takes probe scores that differ in the last digits only', async () => {
    const golden = scoreProbes(policy).map((scores) => scores.map((score) => score + 5e-5));
    expect((await loadPolicy(await rewrite({ golden }))).policy).toEqual(policy);
  });

  it('refuses what JSON cannot hold, and what is nested beyond measure', async () => {
    const nested = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;
    await refusalOf(text.replace('{', `{"extra":${nested},`));
    await refusalOf(text.replace('{', '{"extra":1e999,'));
    await refusalOf({ ...(JSON.parse(text) as object), extra: () => 1 });
  });

  it('refuses a member named __proto__ that the digest does not cover', async () => {
    const error = await refusalOf(text.replace('{', '{"__proto__":{"baseline":"small"},'));
    expect(error.where).toBe('policy file, digest');
    expect(({} as { baseline?: unknown }).baseline).toBeUndefined();
  });
});

describe('a policy file with damaged bytes', async () => {
  const bytes = new TextEncoder().encode(text);
  const small = new TextEncoder().encode((await writePolicyFile(buildConstantPolicy())).text);
  const random = createRandom(11);
  const draw = (limit: number): number => Math.floor(random() * limit);
  const kinds = {
    'cut off': (whole: Uint8Array) => whole.slice(0, draw(whole.length)),
    'changed in one byte': (whole: Uint8Array) => {
      const copy = whole.slice();
      copy[draw(copy.length)] = draw(256);
      return copy;
    },
    'with a bit flipped': (whole: Uint8Array) => {
      const copy = whole.slice();
      const place = draw(copy.length);
      copy[place] = (copy[place] as number) ^ (1 << draw(8));
      return copy;
    },
    'with bytes left out': (whole: Uint8Array) => {
      const start = draw(whole.length);
      return Buffer.concat([whole.slice(0, start), whole.slice(start + 1 + draw(20))]);
    },
    'with bytes twice': (whole: Uint8Array) => {
      const start = draw(whole.length);
      const end = start + 1 + draw(20);
      return Buffer.concat([whole.slice(0, end), whole.slice(start)]);
    },
  };

  it.each(Object.entries(kinds))('%s is refused, or is the same policy', async (_, change) => {
    let refused = 0;
    for (let trial = 0; trial < 600; trial++) {
      const damaged = change(trial % 3 === 0 ? bytes : small);
      try {
        const loaded = await loadPolicy(damaged);
        const original = trial % 3 === 0 ? bytes : small;
        expect(loaded).toMatchObject({ digest: (await loadPolicy(original)).digest });
      } catch (error) {
        if (!RoutesmithError.isInstance(error) || error.code !== 'invalid_policy') throw error;
        refused += 1;
      }
    }
    expect(refused).toBeGreaterThan(300);
  });
});

describe('scoreProbes', () => {
  it('gives one quality per model and probe prompt, to six digits', () => {
    const scores = scoreProbes(policy);
    expect(scores).toHaveLength(probePrompts.length);
    for (const quality of scores.flat()) {
      expect(quality >= 0 && quality <= 1).toBe(true);
      expect(Number(quality.toFixed(6))).toBe(quality);
    }
    expect(new Set(scores.map(String)).size).toBe(probePrompts.length);
  });
});
