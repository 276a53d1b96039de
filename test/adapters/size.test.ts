import { resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../..');

/** Entries in one file, minified and gzipped, without the packages of others. */
async function bundle(
  ...entries: readonly string[]
): Promise<{ bytes: number; imports: string[] }> {
  const { outputFiles, metafile } = await build({
    stdin: {
      contents: entries.map((entry) => `export * from './src/${entry}.ts';`).join('\n'),
      resolveDir: root,
    },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'neutral',
    target: 'es2022',
    packages: 'external',
    metafile: true,
    write: false,
  });
  const imports = Object.values(metafile.inputs).flatMap((input) =>
    input.imports.filter(({ external }) => external === true).map(({ path }) => path),
  );
  return { bytes: gzipSync(outputFiles[0]?.contents ?? '').length, imports };
}

describe('an adapter', () => {
  it.each(['ai-sdk', 'langchain'])('%s adds less than 10 kB to the router', async (adapter) => {
    const [alone, together] = [await bundle('router'), await bundle('router', adapter)];
    expect(together.bytes - alone.bytes).toBeLessThan(10_000);
    expect((await bundle(adapter)).bytes).toBeLessThan(25_000);
  });

  it('needs at most the package that it is for', async () => {
    expect((await bundle('ai-sdk')).imports).toEqual([]);
    const packages = (await bundle('langchain')).imports;
    expect(packages.length).toBeGreaterThan(0);
    expect(packages.filter((name) => !name.startsWith('@langchain/core/'))).toEqual([]);
  });

  it('and another one, after the router, share what they have in common', async () => {
    const all = await bundle('router', 'ai-sdk', 'langchain', 'openrouter');
    expect(all.bytes - (await bundle('router')).bytes).toBeLessThan(12_000);
  });
});
