import { refusePolicy } from '../file/decoders.js';
import { decodePolicy } from '../file/decode-policy.js';
import type { Policy } from '../file/policy.js';
import { computePolicyDigest } from '../file/policy-digest.js';
import { isSignedBy, readSerial } from '../file/policy-signature.js';
import { policyLimits } from '../file/policy-limits.js';
import { probePrompts } from '../file/probe-prompts.js';
import { findExcessOver } from '../../util/parse-json.js';
import { splitPromptFields } from '../features/prompt-fields.js';
import { applyRoster, type PolicyReport, type RosterOptions } from './apply-roster.js';
import { createDecide, type Decide } from './decide.js';
import { createPromptScorer, type PromptScorer } from './score-prompt.js';

/** A policy that is ready to decide. */
export interface LoadedPolicy {
  /** What the file says: models, objectives, verdict, evidence, provenance; with today's prices. */
  readonly policy: Policy;
  /** `sha256:` and hexadecimal digits; in every decision, and equal for equal files. */
  readonly digest: string;
  /** `ed25519:` and base64, or undefined; checked only where keys are given. */
  readonly signature: string | undefined;
  /** The serial number of the signature, which a signature without one has as 0. */
  readonly serial: number;
  readonly decide: Decide;
  /** Models that are not known, prices that are old, and what else should be seen. */
  readonly reports: readonly PolicyReport[];
}

/** What a policy file has to be signed by, and what replaces its prices and models. */
export interface LoadOptions extends RosterOptions {
  /** The policy has to be signed by one of these, as `routesmith keygen` prints them. */
  readonly publicKeys?: readonly string[];
  /** The signature must have this serial number or a greater one. Needs `publicKeys`. @default 0 */
  readonly minSerial?: number;
}

/** What a policy file is given as. Its parsed JSON may be the exports of a JSON module. */
export type PolicySource =
  | string
  | ArrayBuffer
  | ArrayBufferView
  | { readonly format?: unknown; readonly default?: unknown }
  | Readonly<Record<string, unknown>>;

/** Largest difference between the probe scores in the file and those computed here. */
const probeTolerance = 1e-4;

/**
 * Loads an exported policy: checks its form, its digest, its signature where keys are given, and
 * that it scores the built-in probe prompts as it did when it was exported.
 *
 * @param source the file's text, its bytes (UTF-8, or UTF-16 with a byte order mark), or its parsed JSON
 * @throws RoutesmithError `invalid_policy` when the file is damaged, of an unknown version, not
 * signed as asked, or does not compute here what was trained; `usage` for options that cannot be read
 */
export async function loadPolicy(
  source: PolicySource,
  options: LoadOptions = {},
): Promise<LoadedPolicy> {
  const file = parsePolicyFile(source);
  const { policy, digest, signature, golden } = decodePolicy(file);
  const actual = await computeDigest(file);
  if (actual !== digest) {
    refusePolicy(
      'digest',
      'the content does not match the digest',
      `It says ${digest.slice(0, 80)}, not ${actual}. Export it again.`,
    );
  }
  const { publicKeys, minSerial = 0, ...rosterOptions } = options;
  const serial = readSerial(signature);
  // A demand that is empty or no number must not pass for none.
  if (publicKeys !== undefined || minSerial)
    await checkSignature(digest, signature, publicKeys ?? []);
  if (!(serial >= minSerial)) {
    refusePolicy(
      'signature',
      `its serial number ${serial} is less than ${minSerial}`,
      'Sign it again to go back.',
    );
  }
  const score = createPromptScorer(policy.scorer);
  checkProbes(policy, golden, score);
  const roster = applyRoster(policy, rosterOptions);
  return {
    policy: roster.policy,
    digest,
    signature,
    serial,
    decide: createDecide(roster.policy, digest, { unavailable: roster.unavailable, score }),
    reports: roster.reports,
  };
}

/**
 * Scores the built-in probe prompts.
 *
 * @returns per probe prompt the quality of each model, rounded to six digits
 */
export function scoreProbes(
  policy: Policy,
  score: PromptScorer = createPromptScorer(policy.scorer),
): number[][] {
  return probePrompts.map((prompt) =>
    Array.from(score(splitPromptFields(prompt)).quality, (quality) => Number(quality.toFixed(6))),
  );
}

/** The parsed file. Values are told apart by their tag, because they may be of another realm. */
function parsePolicyFile(source: PolicySource): unknown {
  const tag = Object.prototype.toString.call(source).slice(8, -1);
  const isBytes = ArrayBuffer.isView(source) || tag === 'ArrayBuffer';
  if (!isBytes && tag !== 'String') {
    if (tag !== 'Object' && tag !== 'Module') {
      refusePolicy('', `must be text, bytes or parsed JSON, not ${tag}`, passContent);
    }
    // What a JSON module exports; a file's own member of this name is not read in text either.
    const { default: exported, digest } = source as {
      default?: { digest?: unknown };
      digest?: unknown;
    };
    return exported && (digest ?? exported.digest) === exported.digest ? exported : source;
  }
  const text = isBytes ? decodePolicyBytes(source as ArrayBuffer) : (source as string);
  if (text.startsWith('\x1f')) refusePolicy('', 'is compressed with gzip', passContent);
  const excess = findExcessOver(policyJson, text);
  if (excess !== undefined) refusePolicy('', excess);
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''));
  } catch (cause) {
    const fix = /^\s*\{/.test(text) ? undefined : passContent;
    return refusePolicy('', 'is cut off, or no JSON', fix, cause);
  }
}

const policyJson = {
  maxDepth: 200,
  maxMembers: policyLimits.maxMembers,
  maxCharacters: policyLimits.maxFileCharacters,
};

const passContent = 'Pass its content, not its path or URL.';

/** The text of a file's bytes: UTF-8, or UTF-16 by its byte order mark, as PowerShell writes it. */
export function decodePolicyBytes(bytes: ArrayBuffer | ArrayBufferView): string {
  const text = new TextDecoder().decode(bytes);
  return text.startsWith('\ufffd\ufffd') ? new TextDecoder('utf-16le').decode(bytes) : text;
}

/** Members that no decoder reads are digested too, and may hold anything. */
async function computeDigest(file: unknown): Promise<string> {
  try {
    return await computePolicyDigest(file as Readonly<Record<string, unknown>>);
  } catch (cause) {
    return refusePolicy(
      '',
      'its digest cannot be computed',
      'Web Crypto may be missing: use HTTPS.',
      cause,
    );
  }
}

async function checkSignature(
  digest: string,
  signature: string | undefined,
  publicKeys: readonly string[],
): Promise<void> {
  let cause: unknown;
  try {
    if (await isSignedBy(digest, signature, publicKeys)) return;
  } catch (error) {
    cause = error;
  }
  refusePolicy(
    'signature',
    cause === undefined ? 'no given key signed this policy' : 'no Ed25519 here',
    'Sign it with "routesmith sign", and pass its public key.',
    cause,
  );
}

function checkProbes(
  policy: Policy,
  golden: readonly (readonly number[])[],
  score: PromptScorer,
): void {
  const actual = scoreProbes(policy, score);
  const isEqual = (scores: readonly number[], probe: number): boolean =>
    scores.every((one, model) => Math.abs(one - actual[probe]![model]!) <= probeTolerance);
  if (golden.length === actual.length && golden.every(isEqual)) return;
  refusePolicy(
    'golden',
    'scores differ from the export',
    'Its features have another version: retrain it.',
  );
}
