import { isSignedBy } from '../policy/file/policy-signature.js';
import type { LoadedPolicy } from '../policy/decide/load-policy.js';
import { sha256OfJson } from '../util/sha256.js';
import { readPolicyFile } from '../learn/read-policy-file.js';

/** One thing that was looked at. */
export interface PolicyCheck {
  readonly check: 'form' | 'digest' | 'probes' | 'signature' | 'features' | 'outcomes' | 'prices';
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
  /** The policy has to be signed by one of these. */
  readonly publicKeys?: readonly string[];
  /** The run that it has to be learned from: a run's folder or a file of outcomes. */
  readonly run?: string;
}

/**
 * Checks a policy file against itself, and against what it is said to be made from.
 *
 * @throws RoutesmithError `invalid_policy` for a file that no runtime would load
 */
export async function verifyPolicyFile(
  file: string,
  options: VerifyOptions,
): Promise<PolicyVerification> {
  const loaded = await readPolicyFile(file);
  const { policy, digest, signature } = loaded;
  const { scorer, provenance } = policy;
  const checks: PolicyCheck[] = [
    { check: 'form', result: 'ok', detail: 'every member is what it must be' },
    { check: 'digest', result: 'ok', detail: digest },
    { check: 'probes', result: 'ok', detail: 'the probe prompts score here as at export' },
    await checkSignature(digest, signature, options.publicKeys),
  ];
  if (scorer.kind === 'task_mixture') {
    const actual = sha256OfJson(scorer.features.spec);
    checks.push(compareDigests('features', provenance.featureSpecDigest, actual));
  }
  checks.push(...(await checkProvenance(loaded, options.run)));
  return { file, digest, checks, reports: loaded.reports };
}

async function checkSignature(
  digest: string,
  signature: string | undefined,
  publicKeys: readonly string[] | undefined,
): Promise<PolicyCheck> {
  const check = 'signature';
  if (publicKeys === undefined) {
    const detail = signature === undefined ? 'not signed' : 'signed; give --key to check by whom';
    return { check, result: 'not_checked', detail };
  }
  return (await isSignedBy(digest, signature, publicKeys))
    ? { check, result: 'ok', detail: 'signed by the given key' }
    : { check, result: 'failed', detail: 'not signed by the given key' };
}

async function checkProvenance(
  { policy }: LoadedPolicy,
  run: string | undefined,
): Promise<PolicyCheck[]> {
  const { outcomesDigest, pricesDigest, prompts } = policy.provenance;
  if (run === undefined) {
    const detail = `learned from ${prompts} prompts; give --run to compare`;
    return (['outcomes', 'prices'] as const).map((check) => ({
      check,
      result: 'not_checked',
      detail,
    }));
  }
  const [{ openRun }, { computeOutcomesDigest }, { collectPrices, computePricesDigest }] =
    await Promise.all([
      import('./open-run.js'),
      import('../learn/train/training-data.js'),
      import('../measure/outcomes/run-prices.js'),
    ]);
  const opened = await openRun(run);
  const prices = collectPrices(opened.info);
  return [
    compareDigests('outcomes', outcomesDigest, computeOutcomesDigest(opened.table)),
    compareDigests('prices', pricesDigest, computePricesDigest(prices)),
  ];
}

function compareDigests(
  check: PolicyCheck['check'],
  expected: string,
  actual: string,
): PolicyCheck {
  return actual === expected
    ? { check, result: 'ok', detail: `sha256:${actual}` }
    : { check, result: 'failed', detail: `the policy says sha256:${expected}, found ${actual}` };
}
