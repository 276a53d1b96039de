import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll } from 'vitest';

/** A folder for the tests of one file, removed after them. */
export interface TemporaryFolder {
  readonly path: string;
  /** The path of a file in it, which need not exist. */
  file(name: string): string;
  /** Writes a file, and gives its path. */
  write(name: string, content: string | Uint8Array): string;
}

/** Makes the folder at once. */
export function createTemporaryFolder(): TemporaryFolder {
  const path = mkdtempSync(join(tmpdir(), 'routesmith-'));
  afterAll(() => rmSync(path, { recursive: true, force: true }));
  const file = (name: string): string => join(path, name);
  return {
    path,
    file,
    write(name, content) {
      mkdirSync(dirname(file(name)), { recursive: true });
      writeFileSync(file(name), content);
      return file(name);
    },
  };
}
