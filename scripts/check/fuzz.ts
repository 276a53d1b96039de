/**
 * Damages policy files in every way that bytes and members can be damaged, and loads them: each is
 * refused with `invalid_policy`, or decides as the undamaged one. Then decides on texts of every kind.
 *
 *     npm run check:fuzz [-- --only files] [-- --only texts]
 */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import * as fc from 'fast-check';
import { computePolicyDigest } from '../../src/policy/file/policy-digest.js';
import { loadPolicy, type LoadedPolicy } from '../../src/policy/decide/load-policy.js';
import { RoutesmithError } from '../../src/util/errors.js';
import { createRandom } from '../../src/util/random.js';
import {
  buildConstantPolicy,
  buildMixturePolicy,
  writePolicyFile,
} from '../../test/support/routing-policy.js';
import { anyText } from '../../test/support/any-text.js';
import { readBenchArguments } from '../bench/arguments.js';
import { mutateBytes, mutateMember } from '../../test/support/mutate-policy.js';

const fileCount = 100_000;
const textCount = 100_000;
/** No load and no decision may take longer, on whatever machine. */
const maxMs = 10_000;

const { only } = readBenchArguments();
const random = createRandom(1);
const questions = ['Add 2 and 3.', 'return the sorted array', '下面的句子', ''];
const pristine = Object.getOwnPropertyNames(Object.prototype).sort().join(' ');

function describeDecisions({ decide }: LoadedPolicy): string {
  return JSON.stringify(questions.map((question) => decide(question, { objective: 'cost' })));
}

function checkTime(startMs: number, what: string): number {
  const elapsedMs = performance.now() - startMs;
  assert.ok(elapsedMs < maxMs, `${what} took ${elapsedMs} ms`);
  return elapsedMs;
}

function checkPrototype(): void {
  assert.equal(Object.getOwnPropertyNames(Object.prototype).sort().join(' '), pristine);
}

async function fuzzFiles(): Promise<void> {
  const sources = [
    (await writePolicyFile(buildConstantPolicy())).text,
    (await writePolicyFile(buildMixturePolicy())).text,
  ];
  const loaded = await Promise.all(sources.map((text) => loadPolicy(text)));
  const decisions = loaded.map(describeDecisions);
  const counts = { refused: 0, same: 0, changed: 0 };
  let slowestMs = 0;
  for (let trial = 0; trial < fileCount; trial++) {
    // The small policy mostly: it has every kind of member but those of the scorer.
    const which = trial % 4 === 0 ? 1 : 0;
    const text = sources[which] as string;
    const isByte = trial % 2 === 0;
    let damaged: string | Uint8Array | object;
    let isSigned = false;
    if (isByte) damaged = mutateBytes(new TextEncoder().encode(text), random);
    else {
      const file = mutateMember(JSON.parse(text) as Record<string, unknown>, random);
      // Half of them with a digest that fits: what an attacker would send.
      isSigned = trial % 4 === 1;
      damaged = isSigned
        ? { ...file, digest: await computePolicyDigest(file).catch(String) }
        : file;
    }
    const startMs = performance.now();
    try {
      const policy = await loadPolicy(damaged);
      const now = describeDecisions(policy);
      if (policy.digest === loaded[which]?.digest) {
        assert.equal(now, decisions[which], 'the same digest, and other decisions');
        counts.same += 1;
      } else {
        assert.ok(isSigned, 'a changed policy was taken with a digest that does not fit');
        counts.changed += 1;
      }
    } catch (error) {
      if (!RoutesmithError.isInstance(error) || error.code !== 'invalid_policy') throw error;
      counts.refused += 1;
    }
    slowestMs = Math.max(slowestMs, checkTime(startMs, 'a load'));
    checkPrototype();
  }
  console.log(`${fileCount} damaged files: ${counts.refused} refused`);
  console.log(`  ${counts.same} the same policy (white space, or what nothing reads)`);
  console.log(`  ${counts.changed} other policies with a digest of their own that fit together`);
  console.log(`  slowest ${slowestMs.toFixed(1)} ms`);
}

async function fuzzTexts(): Promise<void> {
  const example = fileURLToPath(
    new URL('../../policies/practice-everyday.policy.json', import.meta.url),
  );
  const policies = await Promise.all(
    [(await writePolicyFile(buildMixturePolicy())).text, await readFile(example)].map((source) =>
      loadPolicy(source),
    ),
  );
  const repeated = fc
    .tuple(anyText, fc.integer({ min: 1, max: 2000 }))
    .map(([text, times]) => text.repeat(times));
  const anyLength = fc.oneof(
    { weight: 50, arbitrary: anyText },
    { weight: 1, arbitrary: repeated },
  );
  let slowestMs = 0;
  let longest = 0;
  const check = (text: string): void => {
    for (const { decide } of policies) {
      const startMs = performance.now();
      const decision = decide(text);
      slowestMs = Math.max(slowestMs, checkTime(startMs, 'a decision'));
      // What fits into no context window has no model, and each says so.
      const isTooLong = decision.excluded.some(({ reason }) => reason.includes('context window'));
      assert.ok(decision.kind === 'chosen' || isTooLong);
      for (const { quality } of decision.ranked) assert.ok(quality >= 0 && quality <= 1);
      assert.ok(decision.novelty >= 0 && decision.novelty <= 1);
      const posterior = decision.task.reduce((sum, { probability }) => sum + probability, 0);
      assert.ok(posterior <= 1.0001);
    }
    longest = Math.max(longest, text.length);
  };
  fc.assert(fc.property(anyLength, check), { numRuns: textCount, seed: 1 });
  const pieces = ['a', ' ', 'word ', '\0', '\ud800', '\udc00', '你', 'ß', 'İ', '\n', '(a) ', '😀'];
  for (const piece of pieces) check(piece.repeat(Math.ceil(10_000_000 / piece.length)));
  check(Array.from({ length: 1_500_000 }, (_, index) => index.toString(36)).join(' '));
  checkPrototype();
  console.log(
    `${textCount} texts and ${pieces.length + 1} of up to ${longest} characters: decided`,
  );
  console.log(`  slowest ${slowestMs.toFixed(1)} ms`);
}

if (only.length === 0 || only.includes('files')) await fuzzFiles();
if (only.length === 0 || only.includes('texts')) await fuzzTexts();
