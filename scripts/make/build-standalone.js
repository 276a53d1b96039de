// Bundles the runtime into single files without imports, for `routesmith export --standalone`:
// router.mjs to read, router.min.mjs to ship. Part of `npm run build`.
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { minify } from 'terser';

const folder = new URL('../../dist/standalone/', import.meta.url);
const banner = '// The runtime of Routesmith in one file, without dependencies. Apache-2.0.';

const { outputFiles } = await build({
  entryPoints: [fileURLToPath(new URL('../../src/runtime.ts', import.meta.url))],
  outfile: fileURLToPath(new URL('router.mjs', folder)),
  bundle: true,
  format: 'esm',
  platform: 'neutral',
  target: 'es2022',
  banner: { js: banner },
  write: false,
  // Fields that a constructor assigns need no declaration, which saves bytes.
  tsconfigRaw: { compilerOptions: { useDefineForClassFields: false } },
});
const readable = outputFiles[0]?.text ?? '';
/** Names of members that never leave the runtime. */
const internal = new RegExp(
  `^(${[
    'units|shapes|lines|optionLines|userText|turns|imageCount|toolCount|earlierCharacters|sentence',
    'bytes|clear|cache|vectors|measures|keptWords|taskWeights|headWeights|scores',
    'rows|factors|start|end|taskPosterior|isExplored|computeFamiliarity|wordMass|buckets',
    'characters|pairs|context|outputCount|userTurns|images|files|blocks',
    'observe|needs|attachmentTokens|hasFiles|valueUsd|writeUsd|record|isFeasible',
    'matrix|width|structural|count',
    'fallbacks|estimates|estimate|cacheUsd|why|distrust|utilities|assess|score|readNeeds',
    'feasibleCount|maxDepth|maxMembers|maxCharacters|maxFileCharacters',
    'others|counts|ids|codes',
    'Space|LineBreak|Punctuation|Parenthesis|Code|Question|Quote|Cell|Ideograph|Letter',
    'Digit|Accented|Cyrillic|Arabic|Indic|Word|Symbol',
  ].join('|')})$`,
);

const { code = '' } = await minify(readable, {
  module: true,
  ecma: 2022,
  compress: {
    passes: 6,
    inline: 1,
    unsafe_arrows: true,
    unsafe_methods: true,
    pure_getters: true,
    lhs_constants: false,
    comparisons: false,
  },
  // `builtins`: names such as `rows`, which objects of browsers have too, are meant here as well.
  mangle: { properties: { regex: internal, builtins: true } },
  format: { preamble: '// Routesmith, Apache-2.0.' },
});
mkdirSync(folder, { recursive: true });
writeFileSync(new URL('router.mjs', folder), readable);
writeFileSync(new URL('router.min.mjs', folder), `${code}\n`);
