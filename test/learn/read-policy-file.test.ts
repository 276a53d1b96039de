import { describe, expect, it } from 'vitest';
import { readPolicyFile } from '../../src/learn/read-policy-file.js';
import { createTemporaryFolder } from '../support/temporary-folder.js';

const folder = createTemporaryFolder();

describe('readPolicyFile', () => {
  it.each([
    ['a pool', 'models.yaml', 'models: []\n'],
    ['a page', 'report.html', '<!doctype html>\n'],
    ['a missing file', 'missing.json', undefined],
  ])('asks for another file where it is given %s', async (_, name, text) => {
    const file = text === undefined ? folder.file(name) : folder.write(name, text);
    await expect(readPolicyFile(file)).rejects.toMatchObject({
      where: file,
      fix: 'Name a policy file that "routesmith train" wrote.',
    });
  });

  it('says of damaged JSON what the loader says', async () => {
    const file = folder.write('cut.policy.json', '{"schemaVersion": 1,');
    await expect(readPolicyFile(file)).rejects.toMatchObject({ code: 'invalid_policy' });
    await expect(readPolicyFile(file)).rejects.not.toMatchObject({
      fix: expect.stringContaining('Name a policy file'),
    });
  });
});
