import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';

/** Makes a folder that is removed when the test is over, with the given files in it. */
export async function writeTestFiles(
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'routesmith-records-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) {
    const file = join(directory, name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
  }
  return directory;
}
