// Builds the package routesmith-runtime: runtime, router, watch and log from the same sources, as ES
// modules and as CommonJS, without dependencies. Needs `npm run build` first.
//
//     npm run pack:runtime [-- FOLDER]
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('../../', import.meta.url));
const dist = join(root, 'dist');
const destination = resolve(process.argv[2] ?? dist);
const folder = join(destination, 'routesmith-runtime');
const entries = ['runtime', 'router', 'watch', 'log'];
const main = 'runtime';
const { version, license, engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

rmSync(folder, { recursive: true, force: true });
const options = /** @type {const} */ ({ platform: 'node', target: 'es2022', logLevel: 'warning' });
await build({
  ...options,
  entryPoints: entries.map((entry) => join(dist, `${entry}.js`)),
  outdir: join(folder, 'esm'),
  bundle: true,
  format: 'esm',
  // Entries share chunks, so that a class is the same in all of them.
  splitting: true,
});
// esbuild splits ES modules only, so these files are translated one by one.
await build({
  ...options,
  entryPoints: readdirSync(join(folder, 'esm')).map((file) => join(folder, 'esm', file)),
  outdir: join(folder, 'cjs'),
  format: 'cjs',
});
for (const format of ['esm', 'cjs']) {
  // What a `.js` file is depends on the nearest package.json, and so do the types beside it.
  const type = format === 'esm' ? 'module' : 'commonjs';
  writeJson(join(folder, format, 'package.json'), { type });
  for (const file of listTypes()) copy(file, join(folder, format, relative(dist, file)));
}
// For resolvers that know no "exports".
for (const entry of entries) {
  writeJson(join(folder, entry, 'package.json'), {
    main: `../cjs/${entry}.js`,
    types: `../cjs/${entry}.d.ts`,
  });
}
copy(join(root, 'LICENSE'), join(folder, 'LICENSE'));
copy(join(root, 'scripts/make/runtime-package/README.md'), join(folder, 'README.md'));
writeJson(join(folder, 'package.json'), {
  name: 'routesmith-runtime',
  version,
  description:
    'Decide with a policy of Routesmith which language model to use, without dependencies.',
  license,
  engines,
  type: 'commonjs',
  sideEffects: false,
  main: `./cjs/${main}.js`,
  types: `./cjs/${main}.d.ts`,
  exports: {
    '.': describeEntry(main),
    ...Object.fromEntries(entries.map((entry) => [`./${entry}`, describeEntry(entry)])),
    './package.json': './package.json',
  },
  files: ['cjs', 'esm', ...entries],
});
const packed = execFileSync('npm', ['pack', '--silent', '--pack-destination', destination], {
  cwd: folder,
  encoding: 'utf8',
});
console.log(join(destination, packed.trim()));

/**
 * Each condition has types of its own: they are of the kind of module that they describe.
 *
 * @param {string} entry
 */
function describeEntry(entry) {
  return {
    import: { types: `./esm/${entry}.d.ts`, default: `./esm/${entry}.js` },
    require: { types: `./cjs/${entry}.d.ts`, default: `./cjs/${entry}.js` },
  };
}

/** The declarations that those of the entries reach. */
function listTypes() {
  const files = new Set(entries.map((entry) => join(dist, `${entry}.d.ts`)));
  for (const file of files) {
    for (const [, target] of readFileSync(file, 'utf8').matchAll(
      /(?:from |import\()'(\.[^']+)'/g,
    )) {
      files.add(join(dirname(file), /** @type {string} */ (target)).replace(/\.js$/, '.d.ts'));
    }
  }
  return files;
}

/**
 * @param {string} from
 * @param {string} to
 */
function copy(from, to) {
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(from, to);
}

/**
 * @param {string} file
 * @param {object} value
 */
function writeJson(file, value) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`);
}
