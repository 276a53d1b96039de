import { computePolicyDigest } from '../../src/policy/file/policy-digest.js';
import { loadPolicy } from '../../src/policy/decide/load-policy.js';
import type { Random } from '../../src/util/random.js';
import { mutateBytes, mutateMember } from './mutate-policy.js';
import type { PythonRuntime } from './python-runtime.js';

/** A damaged policy file: most often members under a digest that fits, else bytes. */
export async function mutatePolicyText(text: string, random: Random): Promise<string | Uint8Array> {
  if (random() < 0.2) return mutateBytes(Buffer.from(text), random);
  const file = mutateMember(JSON.parse(text) as Record<string, unknown>, random);
  // What JSON cannot hold becomes null.
  const written = JSON.parse(JSON.stringify(file)) as Record<string, unknown>;
  if (random() < 0.1) return JSON.stringify(written);
  const digest = await computePolicyDigest(written).catch(String);
  return JSON.stringify({ ...written, digest });
}

/** Loads policies in both languages. A disagreement says which file, and what Python made of it. */
export async function findDisagreements(
  sources: readonly (string | Uint8Array)[],
  python: PythonRuntime,
): Promise<{ refused: number; disagreements: string[] }> {
  const answers = await python.ask<{ refused?: string }>(
    sources.map((source) =>
      typeof source === 'string'
        ? { load: source, name: 'damaged' }
        : { load: Buffer.from(source).toString('base64'), bytes: true, name: 'damaged' },
    ),
  );
  let refused = 0;
  const disagreements: string[] = [];
  for (const [index, source] of sources.entries()) {
    const here = await loadPolicy(source).then(
      () => undefined,
      (error: unknown) => String(error),
    );
    const there = answers[index]?.refused;
    if (here !== undefined) refused += 1;
    if ((here === undefined) !== (there === undefined)) {
      disagreements.push(`${here ?? 'loaded'} | Python: ${there ?? 'loaded'}`);
    }
  }
  return { refused, disagreements };
}
