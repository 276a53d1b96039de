import { describe, expect, it } from 'vitest';
import { loadPolicy } from '../../../src/policy/decide/load-policy.js';
import { policyLimits } from '../../../src/policy/file/policy-limits.js';
import { RoutesmithError } from '../../../src/util/errors.js';
import { buildLargePolicy, type PolicySize } from '../../support/large-policy.js';
import {
  buildConstantPolicy,
  buildObjective,
  writePolicyFile,
} from '../../support/routing-policy.js';

async function refusalOf(source: string): Promise<RoutesmithError> {
  const error = await loadPolicy(source).then(
    () => new Error('it was loaded'),
    (reason: unknown) => reason,
  );
  if (RoutesmithError.isInstance(error)) return error;
  throw error;
}

const small = { bucketBits: 10 };

describe('a policy that is larger than it may be', () => {
  it.each<[string, PolicySize]>([
    ['tasks', { tasks: policyLimits.maxTasks + 1, models: 2, features: 4, spec: small }],
    ['models', { tasks: 1, models: policyLimits.maxModels + 1, features: 4, spec: small }],
    ['tasks times models', { tasks: 400, models: 126, features: 4, spec: small }],
    [
      'scorer.features times outputs',
      { tasks: 900, models: 50, features: 3158, spec: { bucketBits: 11 } },
    ],
    [
      'scorer.features.spec.maxFieldCharacters',
      { tasks: 1, models: 2, features: 4, spec: { ...small, maxFieldCharacters: 65_537 } },
    ],
  ])('is refused: %s', async (where, size) => {
    const { text } = await writePolicyFile(buildLargePolicy(size));
    expect(await refusalOf(text)).toMatchObject({
      code: 'invalid_policy',
      where: `policy file, ${where}`,
    });
  });

  it('is refused before it is parsed', async () => {
    const { text } = await writePolicyFile(buildConstantPolicy());
    const wide = `[${'0,'.repeat(policyLimits.maxMembers)}0]`;
    const deep = `${'['.repeat(300)}${']'.repeat(300)}`;
    const long = `"${'a'.repeat(policyLimits.maxFileCharacters)}"`;
    for (const extra of [wide, deep, long]) {
      const error = await refusalOf(text.replace('{', `{"x":${extra},`));
      expect(error).toMatchObject({ code: 'invalid_policy', where: 'policy file' });
    }
  });

  it('is loaded if it is just as large as it may be', async () => {
    const objectives = [buildObjective()];
    const policy = {
      ...buildLargePolicy({ tasks: 1000, models: 50, features: 4, spec: small }),
      objectives,
    };
    const { text } = await writePolicyFile(policy);
    expect((await loadPolicy(text)).policy.models).toHaveLength(50);
  });
});
