import { count, object, oneOf, refusePolicy } from './decoders.js';

export const policyFormat = 'routesmith-policy';

/**
 * Version of the file's form. It goes up when a file of the new form would be misread by a runtime
 * of the old one; members that may be absent can be added without.
 */
export const policySchemaVersion = 1;

/**
 * Checks that a file is a policy of the version that is read here.
 *
 * @throws RoutesmithError `invalid_policy`, naming the version, and what to do about it
 */
export function checkPolicyVersion(file: unknown): void {
  const { schemaVersion } = object({ format: oneOf(policyFormat), schemaVersion: count() })(
    file,
    '',
  );
  if (schemaVersion === policySchemaVersion) return;
  refusePolicy(
    'schemaVersion',
    `version ${schemaVersion} is not read here, only version ${policySchemaVersion}`,
    'Train the policy again, or use the Routesmith that wrote it.',
  );
}
