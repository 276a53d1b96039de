import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker, type WorkerOptions } from 'node:worker_threads';

/**
 * Starts a thread from a module of this package. If the package runs from its sources, as in tests
 * and benchmarks, the module is bundled first, because Node cannot load TypeScript in a thread.
 *
 * @param module as `new URL('./name.js', import.meta.url)`
 */
export function startWorker(module: URL, options: WorkerOptions = {}): Worker {
  const runsFromSources = import.meta.url.endsWith('.ts');
  return new Worker(runsFromSources ? bundle(module) : module, options);
}

const bundles = new Map<string, URL>();

/** Bundles the module with its imports from this package, once per process. */
function bundle(module: URL): URL {
  const known = bundles.get(module.href);
  if (known !== undefined) return known;
  // A development dependency: a static import would fail in the published package.
  const { buildSync } = createRequire(import.meta.url)('esbuild') as typeof import('esbuild');
  const source = fileURLToPath(module).replace(/\.js$/, '.ts');
  const { outputFiles } = buildSync({
    entryPoints: [source],
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    write: false,
    logLevel: 'silent',
  });
  const code = outputFiles[0]?.text ?? '';
  const digest = createHash('sha256').update(code).digest('hex').slice(0, 16);
  // Inside the repository, so that the bundle finds the same packages.
  const folder = new URL('../../node_modules/.cache/routesmith/', import.meta.url);
  const file = new URL(`${basename(source, '.ts')}.${digest}.mjs`, folder);
  if (!existsSync(file)) {
    mkdirSync(folder, { recursive: true });
    const partial = new URL(`${file.href}.${process.pid}`);
    writeFileSync(partial, code);
    renameSync(partial, file);
  }
  bundles.set(module.href, file);
  return file;
}
