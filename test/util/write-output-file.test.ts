import { spawnSync } from 'node:child_process';
import {
  closeSync,
  openSync,
  readFileSync,
  readdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { prepareOutputFile, writeOutputFile } from '../../src/util/write-output-file.js';
import {
  createDraft,
  privateMode,
  replaceFile,
  replaceFileSync,
} from '../../src/util/replace-file.js';
import { runCli } from '../support/run-cli.js';
import { createTemporaryFolder } from '../support/temporary-folder.js';

const folder = createTemporaryFolder();
const canMakePipes = spawnSync('mkfifo', ['--version']).status === 0;

describe('an output file', () => {
  it('is put into a folder that is made for it, and replaces the old one', async () => {
    const file = folder.file('new/deep/policy.json');
    await prepareOutputFile(file, { overwrite: true, inputs: [] });
    await writeOutputFile(file, 'one');
    await writeOutputFile(file, 'two');
    expect(readFileSync(file, 'utf8')).toBe('two');
    expect(readdirSync(folder.file('new/deep'))).toEqual(['policy.json']);
  });

  it('cannot be a folder, nor lie below a file', async () => {
    await expect(
      prepareOutputFile(folder.path, { overwrite: true, inputs: [] }),
    ).rejects.toMatchObject({
      code: 'usage',
    });
    const file = folder.write('file.txt', '');
    await expect(
      prepareOutputFile(`${file}/policy.json`, { overwrite: true, inputs: [] }),
    ).rejects.toMatchObject({ code: 'usage' });
  });

  it.each(['itself', 'a link', 'the target of a link'])(
    'is never a file that the command reads: %s',
    async (kind) => {
      const name = kind.replaceAll(' ', '-');
      const file = folder.write(`read-${name}.jsonl`, 'precious');
      const link = folder.file(`link-${name}.jsonl`);
      symlinkSync(file, link);
      const output = kind === 'a link' ? link : file;
      const input = {
        itself: `${folder.path}/./read-itself.jsonl`,
        'a link': file,
        'the target of a link': link,
      }[kind];
      for (const overwrite of [true, false]) {
        const rules = { overwrite, inputs: [undefined, folder.file('other.csv'), input] };
        await expect(prepareOutputFile(output, rules)).rejects.toMatchObject({
          code: 'usage',
          where: output,
          message: expect.stringContaining('the command reads this file') as string,
          fix: expect.not.stringContaining('--overwrite') as string,
        });
      }
    },
  );

  it('leaves no draft behind where it cannot be written', async () => {
    const before = readdirSync(folder.path);
    await expect(writeOutputFile(folder.path, 'x')).rejects.toThrow(
      /EISDIR|ENOTEMPTY|EEXIST|EPERM/,
    );
    expect(readdirSync(folder.path)).toEqual(before);
  });

  it('is not replaced unless that is asked for', async () => {
    const file = folder.write('kept.json', 'precious');
    await expect(prepareOutputFile(file, { overwrite: false, inputs: [] })).rejects.toThrow(
      /--overwrite/,
    );
    expect(readFileSync(file, 'utf8')).toBe('precious');
    await prepareOutputFile(folder.file('new.json'), { overwrite: false, inputs: [] });
  });
});

describe.runIf(canMakePipes)('a pipe or a device as output file', () => {
  it.each(['itself', 'through a link'])('is written to %s, and stays what it is', async (how) => {
    const pipe = folder.file(`pipe ${how}`);
    spawnSync('mkfifo', [pipe]);
    const file = how === 'itself' ? pipe : folder.file('link to a pipe');
    if (file !== pipe) symlinkSync(pipe, file);
    await prepareOutputFile(file, { overwrite: false, inputs: [] });
    const [text] = await Promise.all([readFile(pipe, 'utf8'), writeOutputFile(file, 'one')]);
    expect(text).toBe('one');
    expect(statSync(pipe).isFIFO()).toBe(true);
    expect(statSync(file).isFIFO()).toBe(true);
  });

  it.runIf(process.platform === 'linux')(
    'cannot be the pipe that a command prints to',
    async () => {
      const train = ['train', 'nowhere', '--out', '/dev/stdout'];
      const { exitCode, stderr } = await runCli(train);
      expect({ exitCode, says: stderr.includes('this is standard output') }).toEqual({
        exitCode: 2,
        says: true,
      });
    },
  );

  it.runIf(process.platform === 'linux')('cannot be a link to an open file', async () => {
    const open = openSync(folder.file('open'), 'w');
    const link = folder.file('stdout');
    symlinkSync(`/proc/self/fd/${open}`, link);
    await expect(prepareOutputFile(link, { overwrite: true, inputs: [] })).rejects.toThrow(
      'is open already',
    );
    closeSync(open);
  });
});

describe('a draft', () => {
  it('has a name that differs every time', () => {
    const names = Array.from({ length: 20 }, () => createDraft('run.json').path);
    expect(new Set(names).size).toBe(20);
  });

  it.each(['link', 'file'])(
    'is not written through a %s that stands in its place',
    async (kind) => {
      const victim = folder.write(`victim-${kind}`, 'precious');
      const draft = createDraft(folder.file(`drafted-${kind}`));
      if (kind === 'link') symlinkSync(victim, draft.path);
      else writeFileSync(draft.path, 'precious');
      await expect(draft.write('new')).rejects.toMatchObject({ code: 'EEXIST' });
      expect(readFileSync(victim, 'utf8')).toBe('precious');
      expect(readFileSync(draft.path, 'utf8')).toBe('precious');
    },
  );

  it('replaces a link at the final name, and not what it leads to', async () => {
    const victim = folder.write('target', 'precious');
    symlinkSync(victim, folder.file('linked'));
    symlinkSync(victim, folder.file('linked-2'));
    await replaceFile(folder.file('linked'), 'new');
    replaceFileSync(folder.file('linked-2'), 'new');
    expect(readFileSync(victim, 'utf8')).toBe('precious');
    expect(readFileSync(folder.file('linked'), 'utf8')).toBe('new');
  });

  it('can be kept from other users', async () => {
    await replaceFile(folder.file('private'), 'prompt', { mode: privateMode });
    replaceFileSync(folder.file('private-2'), 'prompt', { mode: privateMode });
    for (const name of ['private', 'private-2']) {
      expect(statSync(folder.file(name)).mode & 0o077).toBe(0);
    }
  });

  it('is removed on a full disk, and the error names the file', async () => {
    function* fillDisk(): Generator<string> {
      yield 'the first half';
      throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    }
    const file = folder.file('full.json');
    await expect(replaceFile(file, fillDisk())).rejects.toMatchObject({
      code: 'usage',
      where: file,
      fix: expect.stringContaining('Free some space') as string,
    });
    expect(readdirSync(folder.path).filter((name) => name.startsWith('full'))).toEqual([]);
  });
});
