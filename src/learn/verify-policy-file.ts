import type { Run } from '../measure/outcomes/run.js';
import { collectPrices, computePricesDigest } from '../measure/outcomes/run-prices.js';
import type { LoadedPolicy } from '../policy/decide/load-policy.js';
import { isSignedBy } from '../policy/file/policy-signature.js';
import { RoutesmithError } from '../util/errors.js';
import { formatCount } from '../util/format-number.js';
import { sha256OfJson } from '../util/sha256.js';
import { readPolicyFile } from './read-policy-file.js';
import { isTrainedOn } from './train/is-trained-on.js';
import { computeOutcomesDigest } from './train/outcomes-digest.js';

/** The result of one check. */
export interface PolicyCheck {
  readonly check:
    'form' | 'digest' | 'probes' | 'signature' | 'serial' | 'features' | 'outcomes' | 'prices';
  readonly result: 'ok' | 'failed' | 'not_checked';
  readonly detail: string;
}

export interface PolicyVerification {
  readonly file: string;
  readonly digest: string;
  readonly checks: readonly PolicyCheck[];
  readonly reports: LoadedPolicy['reports'];
}

export interface VerifyOptions {
  /** The policy must be signed by one of these. */
  readonly publicKeys?: readonly string[];
  /** File of the policy in use, which the policy must not be older than. Needs `publicKeys`. */
  readonly inUse?: string;
  /** The run that the policy must have been trained on. */
  readonly run?: Run;
}

/**
 * Checks a policy file for damage and, with options, its signature and the run it was trained on.
 *
 * @throws RoutesmithError `invalid_policy` for a file that no runtime would load; `usage` for `inUse`
 * without keys
 */
export async function verifyPolicyFile(
  file: string,
  options: VerifyOptions,
): Promise<PolicyVerification> {
  const loaded = await readPolicyFile(file);
  const { policy, digest, signature } = loaded;
  const { scorer, provenance } = policy;
  const checks: PolicyCheck[] = [
    { check: 'form', result: 'ok', detail: 'every member is valid' },
    { check: 'digest', result: 'ok', detail: digest },
    { check: 'probes', result: 'ok', detail: 'the probe prompts get the same scores as at export' },
    await checkSignature(digest, signature, options.publicKeys),
  ];
  if (options.inUse !== undefined) {
    checks.push(await compareSerials(loaded, options.inUse, options.publicKeys));
  }
  if (scorer.kind === 'task_mixture') {
    const actual = sha256OfJson(scorer.features.spec);
    checks.push(compareDigests('features', provenance.featureSpecDigest, actual));
  }
  checks.push(...checkProvenance(loaded, options.run));
  return { file, digest, checks, reports: loaded.reports };
}

async function checkSignature(
  digest: string,
  signature: string | undefined,
  publicKeys: readonly string[] | undefined,
): Promise<PolicyCheck> {
  const check = 'signature';
  if (publicKeys === undefined) {
    const detail =
      signature === undefined ? 'not signed' : 'signed; give --key to check the signer';
    return { check, result: 'not_checked', detail };
  }
  return (await isSignedBy(digest, signature, publicKeys))
    ? { check, result: 'ok', detail: 'signed by the given key' }
    : { check, result: 'failed', detail: 'not signed by the given key' };
}

async function compareSerials(
  { digest, signature, serial }: LoadedPolicy,
  inUse: string,
  publicKeys: readonly string[] | undefined,
): Promise<PolicyCheck> {
  const check = 'serial';
  if (publicKeys === undefined) {
    throw new RoutesmithError('usage', 'serial numbers cannot be compared without a public key', {
      fix: 'Give --key, because without a signature anyone can write any number.',
    });
  }
  const used = await readPolicyFile(inUse);
  if (!(await isSignedBy(used.digest, used.signature, publicKeys))) {
    return { check, result: 'failed', detail: `${inUse} is not signed by the given key` };
  }
  const isNewer = serial >= used.serial && (await isSignedBy(digest, signature, publicKeys));
  const detail = `${serial}, and ${used.serial} of the policy in use`;
  return { check, result: isNewer ? 'ok' : 'failed', detail };
}

function checkProvenance({ policy }: LoadedPolicy, run: Run | undefined): PolicyCheck[] {
  const { outcomesDigest, pricesDigest, prompts } = policy.provenance;
  if (run === undefined) {
    const detail = `trained on ${formatCount(prompts, 'prompt')}; give --run to compare`;
    return (['outcomes', 'prices'] as const).map((check) => ({
      check,
      result: 'not_checked',
      detail,
    }));
  }
  return [
    compareDigests(
      'outcomes',
      outcomesDigest,
      isTrainedOn(policy, run) ? outcomesDigest : computeOutcomesDigest(run.table),
    ),
    compareDigests('prices', pricesDigest, computePricesDigest(collectPrices(run.info))),
  ];
}

function compareDigests(
  check: PolicyCheck['check'],
  expected: string,
  actual: string,
): PolicyCheck {
  return actual === expected
    ? { check, result: 'ok', detail: `sha256:${actual}` }
    : {
        check,
        result: 'failed',
        detail: `the policy records sha256:${expected}, but found sha256:${actual}`,
      };
}
