import { decodePolicy } from '../policy/decode-policy.js';
import type { Policy } from '../policy/policy.js';
import { computePolicyDigest } from '../policy/policy-digest.js';
import { probePrompts } from '../policy/probe-prompts.js';
import { splitPromptFields } from '../features/prompt-fields.js';
import { RoutesmithError } from '../util/errors.js';
import { isJsonObject } from '../util/json.js';
import { createDecide, type Decide } from './decide.js';
import { createPromptScorer } from './score-prompt.js';

/** A policy that is ready to decide. */
export interface LoadedPolicy {
  /** What the file says: models, objectives, verdict, evidence, provenance. */
  readonly policy: Policy;
  /** `sha256:` and hexadecimal digits; in every decision, and equal for equal policies. */
  readonly digest: string;
  readonly decide: Decide;
}

/** Largest difference between the probe scores in the file and those computed here. */
const probeTolerance = 1e-4;

/**
 * Loads an exported policy: checks its form, its digest, and that it scores the built-in probe
 * prompts as it did when it was exported.
 *
 * @param source the file's text, its bytes (UTF-8), or its parsed JSON
 * @throws RoutesmithError `invalid_policy` when the file is damaged, of an unknown version, or does
 * not compute here what was trained
 */
export async function loadPolicy(source: string | Uint8Array | object): Promise<LoadedPolicy> {
  const file = parsePolicyFile(source);
  const { policy, digest, golden } = decodePolicy(file);
  const actual = await computeDigest(file);
  if (actual !== digest) {
    throw new RoutesmithError('invalid_policy', 'the content does not match the digest', {
      where: 'policy file, digest',
      fix: `The file was changed after it was exported: it says ${digest.slice(0, 80)}, the content gives ${actual}. Export it again.`,
    });
  }
  checkProbes(policy, golden);
  return { policy, digest, decide: createDecide(policy, digest) };
}

/**
 * Scores the built-in probe prompts.
 *
 * @returns per probe prompt the quality of each model, rounded to six digits
 */
export function scoreProbes(policy: Policy): number[][] {
  const score = createPromptScorer(policy.scorer);
  return probePrompts.map((prompt) =>
    Array.from(score(splitPromptFields(prompt)).quality, (quality) => Number(quality.toFixed(6))),
  );
}

function parsePolicyFile(source: string | Uint8Array | object): Readonly<Record<string, unknown>> {
  let value: unknown = source;
  if (typeof source === 'string' || source instanceof Uint8Array) {
    const text = typeof source === 'string' ? source : new TextDecoder().decode(source);
    try {
      value = JSON.parse(text);
    } catch (cause) {
      throw new RoutesmithError('invalid_policy', 'is not valid JSON', {
        where: 'policy file',
        fix: 'It may be cut off or not a policy at all. Copy or export it again.',
        cause,
      });
    }
  }
  if (!isJsonObject(value)) {
    throw new RoutesmithError('invalid_policy', 'does not hold a policy object', {
      where: 'policy file',
      fix: 'Pass the text, the bytes or the parsed JSON of a file that Routesmith exported.',
    });
  }
  return value;
}

/** Members that no decoder reads are digested too, and may hold anything. */
async function computeDigest(file: Readonly<Record<string, unknown>>): Promise<string> {
  try {
    return await computePolicyDigest(file);
  } catch (cause) {
    throw new RoutesmithError('invalid_policy', 'its digest cannot be computed', {
      where: 'policy file',
      fix: 'It may hold what JSON cannot, or the engine has no Web Crypto (browsers offer it over HTTPS only).',
      cause,
    });
  }
}

function checkProbes(policy: Policy, golden: readonly (readonly number[])[]): void {
  const actual = scoreProbes(policy);
  const isEqual =
    golden.length === actual.length &&
    golden.every((scores, probe) =>
      scores.every(
        (score, model) =>
          Math.abs(score - ((actual[probe] as number[])[model] as number)) <= probeTolerance,
      ),
    );
  if (isEqual) return;
  throw new RoutesmithError('invalid_policy', 'scores differ from those at export', {
    where: 'policy file, golden',
    fix: 'The policy was made for another version of the features. Retrain it, or load it with the version of Routesmith that wrote it.',
  });
}
