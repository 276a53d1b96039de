import { readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { isLongRun } from './support/test-run.js';
import { createTemporaryFolder } from './support/temporary-folder.js';

const root = resolve(import.meta.dirname, '..');
const { exports: entries } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  exports: Record<string, string | { types: string }>;
};
const entryTypes = Object.values(entries).flatMap((entry) =>
  typeof entry === 'string' ? [] : [join(root, entry.types)],
);
/** The only entry that is for users of another package, which they have installed. */
const chatTypes = join(root, 'dist/langchain.d.ts');

/** The packages that are named by the types which a user of entries can reach. */
function listReachedPackages(entriesOfUser: readonly string[]): ReadonlyMap<string, string> {
  const packages = new Map<string, string>();
  const files = new Set<string>();
  const visit = (file: string): void => {
    if (files.has(file)) return;
    files.add(file);
    const { importedFiles } = ts.preProcessFile(readFileSync(file, 'utf8'), true, true);
    for (const { fileName } of importedFiles) {
      if (fileName.startsWith('.')) {
        visit(join(dirname(file), fileName).replace(/\.js$/, '.d.ts'));
      } else packages.set(fileName, relative(root, file));
    }
  };
  for (const file of entriesOfUser) visit(file);
  return packages;
}

describe('the published types', () => {
  it('name only packages whose own types compile in a strict project', () => {
    const isKnown = (name: string): boolean =>
      name === 'zod' || builtinModules.includes(name.replace(/^node:/, ''));
    const withoutPeers = entryTypes.filter((file) => file !== chatTypes);
    expect(withoutPeers).toHaveLength(entryTypes.length - 1);
    const others = [...listReachedPackages(withoutPeers)].filter(([name]) => !isKnown(name));
    expect(others).toEqual([]);
  });

  it('for LangChain name only its core besides', () => {
    const names = [...listReachedPackages([chatTypes]).keys()];
    expect(names.length).toBeGreaterThan(0);
    expect(names.filter((name) => !name.startsWith('@langchain/core/'))).toEqual([]);
  });

  it.runIf(isLongRun)('compile in a project that checks the types of its libraries', () => {
    const folder = createTemporaryFolder();
    const imports = entryTypes.map(
      (file, index) => `export * as entry${index} from '${file.replace(/\.d\.ts$/, '.js')}';`,
    );
    const file = folder.write('consumer.mts', imports.join('\n'));
    const program = ts.createProgram([file], {
      noEmit: true,
      strict: true,
      skipLibCheck: false,
      exactOptionalPropertyTypes: true,
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
      typeRoots: [join(root, 'node_modules/@types')],
      types: ['node'],
    });
    // LangChain's own types do not compile with exact optional properties.
    const isOfLangChain = ({ file: at }: ts.Diagnostic): boolean =>
      /node_modules\/(?:@langchain|langsmith)\//.test(at?.fileName ?? '');
    const problems = ts.getPreEmitDiagnostics(program).filter((one) => !isOfLangChain(one));
    expect(
      problems.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' ')),
    ).toEqual([]);
  });
});
