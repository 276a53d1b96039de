import { rename, symlink, unlink, writeFile } from 'node:fs/promises';
import { afterEach, describe, expect, it } from 'vitest';
import {
  watchPolicy,
  type PolicyWatcher,
  type WatchEvent,
  type WatchOptions,
} from '../../../src/serve/watch/watch-policy.js';
import {
  createSigningKeys,
  signDigest,
  writeSignature,
} from '../../../src/policy/file/sign-policy.js';
import {
  buildConstantPolicy,
  buildObjective,
  writePolicyFile,
} from '../../support/routing-policy.js';
import { createTemporaryFolder } from '../../support/temporary-folder.js';

const folder = createTemporaryFolder();
const first = await writePolicyFile(buildConstantPolicy());
const second = await writePolicyFile(
  buildConstantPolicy({ objectives: [buildObjective({ constantModel: 'small' })] }),
);
const keys = await createSigningKeys();
const open: PolicyWatcher[] = [];
let count = 0;

afterEach(() => {
  for (const watcher of open.splice(0)) watcher.close();
});

/** A watcher of a new file, which looks at it every few milliseconds. */
async function start(options: Parameters<typeof watchPolicy>[1] = {}) {
  const file = folder.write(`policy-${count++}.json`, first.text);
  const events: WatchEvent[] = [];
  const waiting: (() => void)[] = [];
  const watcher = await watchPolicy(file, {
    intervalMs: 5,
    onEvent: (event) => {
      events.push(event);
      for (const resume of waiting.splice(0)) resume();
    },
    ...options,
  });
  open.push(watcher);
  const nextEvent = (): Promise<void> => new Promise((resolve) => waiting.push(resolve));
  return { file, watcher, events, nextEvent };
}

describe('watchPolicy', () => {
  it('takes a new file in place of the old one', async () => {
    const { file, watcher, events, nextEvent } = await start();
    const told = nextEvent();
    expect(watcher.decide('hi').model).toBe('large');
    await writeFile(`${file}.new`, second.text);
    await rename(`${file}.new`, file);
    await told;
    expect(watcher.current.digest).toBe(second.digest);
    expect(watcher.decide('hi').model).toBe('small');
    expect(events).toMatchObject([{ kind: 'swapped', previousDigest: first.digest }]);
  });

  it('keeps the last good one while a bad one lies there, reports it once, and goes on', async () => {
    const { file, watcher, events, nextEvent } = await start();
    let told = nextEvent();
    // Renamed into place: a file that is still being written is another bad one.
    await writeFile(`${file}.bad`, second.text.slice(0, -100));
    await rename(`${file}.bad`, file);
    await told;
    expect(events).toMatchObject([
      { kind: 'refused', digest: first.digest, error: { code: 'invalid_policy' } },
    ]);
    expect(watcher.decide('hi').policyDigest).toBe(first.digest);
    told = nextEvent();
    await writeFile(`${file}.new`, second.text);
    await rename(`${file}.new`, file);
    await told;
    expect(events.map(({ kind }) => kind)).toEqual(['refused', 'swapped']);
  });

  it('reports a file that is gone, and follows a link that is put elsewhere', async () => {
    const { file, watcher, events, nextEvent } = await start();
    let told = nextEvent();
    await unlink(file);
    await told;
    expect(events[0]).toMatchObject({ kind: 'refused', error: { code: 'invalid_input' } });
    told = nextEvent();
    await symlink(folder.write(`target-${count++}.json`, second.text), file);
    await told;
    expect(watcher.current.digest).toBe(second.digest);
  });

  it('refuses what the caller does not accept, or nobody has signed', async () => {
    const { watcher, events } = await start({ accept: ({ digest }) => digest === first.digest });
    await writeFile(folder.file(`policy-${count - 1}.json`), second.text);
    await watcher.reload();
    expect(events.at(-1)).toMatchObject({ kind: 'refused' });
    expect(watcher.current.digest).toBe(first.digest);
    await expect(start({ publicKeys: [] })).rejects.toMatchObject({ code: 'invalid_policy' });
  });

  it('looks at once where it is told to, and no more once it is closed', async () => {
    const { file, watcher, events } = await start({ intervalMs: 1e9 });
    await writeFile(file, second.text);
    await watcher.reload();
    expect(watcher.current.digest).toBe(second.digest);
    watcher.close();
    expect(events).toHaveLength(1);
  });

  describe('without a way back', () => {
    const signed = async (text: string, digest: string, serial?: number): Promise<string> =>
      writeSignature(text, await signDigest(digest, keys.privateKey, serial));

    it('refuses an older policy, also after a restart', async () => {
      const floorFile = folder.file('floor');
      const publicKeys = [keys.publicKey];
      const file = folder.write('signed.json', await signed(first.text, first.digest, 1));
      const watch = async (options: WatchOptions): Promise<PolicyWatcher> => {
        const watcher = await watchPolicy(file, { publicKeys, intervalMs: 1e9, ...options });
        open.push(watcher);
        return watcher;
      };
      const watcher = await watch({ floorFile });
      await writeFile(file, await signed(second.text, second.digest, 2));
      await watcher.reload();
      expect(watcher.current.serial).toBe(2);
      for (const serial of [1, undefined]) {
        await writeFile(file, await signed(first.text, first.digest, serial));
        await watcher.reload();
        expect(watcher.current.digest).toBe(second.digest);
        await expect(watch({ floorFile })).rejects.toMatchObject({ code: 'invalid_policy' });
      }
      // Without a floor, nothing is held against it.
      expect((await watch({ noRollback: true })).current.digest).toBe(first.digest);
      await writeFile(floorFile, 'x');
      await expect(watch({ floorFile })).rejects.toMatchObject({ code: 'invalid_input' });
    });

    it('needs keys', async () => {
      for (const options of [{ noRollback: true }, { floorFile: folder.file('none') }]) {
        await expect(start(options)).rejects.toMatchObject({ code: 'usage' });
      }
    });
  });

  it('does not start without a good policy', async () => {
    await expect(watchPolicy(folder.file('none.json'))).rejects.toMatchObject({
      code: 'invalid_input',
    });
  });
});

describe('how often a policy file is checked', () => {
  it.each([-1, 0, Number.NaN, 'x'])('is refused where it is %j', async (intervalMs) => {
    const file = folder.write('interval.json', first.text);
    await expect(watchPolicy(file, { intervalMs: intervalMs as number })).rejects.toThrow(
      'options, intervalMs: must be a number above 0',
    );
  });
});
