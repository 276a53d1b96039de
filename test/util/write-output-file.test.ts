import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { prepareOutputFile, writeOutputFile } from '../../src/util/write-output-file.js';
import { createTemporaryFolder } from '../support/temporary-folder.js';

const folder = createTemporaryFolder();

describe('an output file', () => {
  it('is put into a folder that is made for it, and replaces the old one', async () => {
    const file = folder.file('new/deep/policy.json');
    await prepareOutputFile(file);
    await writeOutputFile(file, 'one');
    await writeOutputFile(file, 'two');
    expect(readFileSync(file, 'utf8')).toBe('two');
    expect(readdirSync(folder.file('new/deep'))).toEqual(['policy.json']);
  });

  it('cannot be a folder, nor lie below a file', async () => {
    await expect(prepareOutputFile(folder.path)).rejects.toMatchObject({ code: 'usage' });
    const file = folder.write('file.txt', '');
    await expect(prepareOutputFile(`${file}/policy.json`)).rejects.toMatchObject({ code: 'usage' });
  });

  it('leaves no draft behind where it cannot be written', async () => {
    const before = readdirSync(folder.path);
    await expect(writeOutputFile(folder.path, 'x')).rejects.toThrow(
      /EISDIR|ENOTEMPTY|EEXIST|EPERM/,
    );
    expect(readdirSync(folder.path)).toEqual(before);
  });
});
