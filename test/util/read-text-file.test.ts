import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { RoutesmithError } from '../../src/util/errors.js';
import { readTextFile } from '../../src/util/read-text-file.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'read-text-file-'));
});

async function write(name: string, bytes: string | Uint8Array): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, bytes);
  return file;
}

describe('readTextFile', () => {
  it('reads UTF-8', async () => {
    expect(await readTextFile(await write('plain.txt', 'naïve 你好\n'))).toBe('naïve 你好\n');
  });

  it('leaves a byte order mark out', async () => {
    expect(await readTextFile(await write('bom.txt', '\ufeffid,prompt'))).toBe('id,prompt');
  });

  it('unpacks .gz, with a byte order mark or without', async () => {
    expect(await readTextFile(await write('a.txt.gz', gzipSync('héllo')))).toBe('héllo');
    expect(await readTextFile(await write('b.txt.GZ', gzipSync('\ufeffhéllo')))).toBe('héllo');
  });

  it.each([
    ['a missing file', () => Promise.resolve(join(folder, 'missing.txt')), 'no such file'],
    ['a folder', () => Promise.resolve(folder), 'folder'],
    ['a path through a file', async () => join(await write('f', ''), 'x'), 'no such file'],
    ['bytes that are not UTF-8', () => write('latin1.txt', Buffer.from([0xe9, 0x20])), 'UTF-8'],
    ['.gz that is not gzip', () => write('not.gz', 'plain'), 'gzip'],
    ['a torn .gz', () => write('torn.gz', gzipSync('x'.repeat(999)).subarray(0, 20)), 'gzip'],
  ])('reports %s, and where', async (_, make, expected) => {
    const file = await make();
    const error: unknown = await readTextFile(file).catch((cause: unknown) => cause);
    if (!RoutesmithError.isInstance(error)) throw error;
    expect(error).toMatchObject({ code: 'invalid_input', where: file });
    expect(error.message).toContain(expected);
    expect(error.fix).toBeTruthy();
  });
});
