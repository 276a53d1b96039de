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

const compilerOptions: ts.CompilerOptions = {
  noEmit: true,
  strict: true,
  exactOptionalPropertyTypes: true,
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  typeRoots: [join(root, 'node_modules/@types')],
  types: ['node'],
};

/** Types that no user has to name, though public types do. */
const internals = new Set([
  // What was fitted and predicted, which only functions of this package read.
  'CountMatrix',
  'FilledOutcomes',
  'HeldOutFold',
  'Refits',
  'RoutingModel',
  'TableEstimates',
  // Parts of an evaluation and of a report, which are read by their members' names.
  'AdaptiveRecord',
  'AddedModel',
  'Calibration',
  'EvaluationSource',
  'ModelCoverage',
  'Money',
  'Novelty',
  'OverkillReport',
  'PairMetrics',
  'Point',
  'ReportProvenance',
  'ReportedPolicy',
  'ReportedReplay',
  'RunHealth',
  'Slice',
  'Slices',
  // Shorthands.
  'CallArguments',
  'ChatEvents',
  'EndpointBreaker',
  'Open',
  'OutputSchema',
]);

/** What the entries export, which types a user of that has to name, and what has no docstring. */
function readEntryTypes() {
  const program = ts.createProgram(entryTypes, { ...compilerOptions, skipLibCheck: true });
  const checker = program.getTypeChecker();
  const resolveAlias = (symbol: ts.Symbol): ts.Symbol =>
    symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  const listExports = (file: string): ts.Symbol[] => {
    const module = checker.getSymbolAtLocation(program.getSourceFile(file) as ts.SourceFile);
    return checker.getExportsOfModule(module as ts.Symbol).map(resolveAlias);
  };
  /** Those of the AI SDK stand for the SDK's own, which its users have. */
  const isOwn = ({ declarations = [], flags }: ts.Symbol): boolean =>
    (flags & ts.SymbolFlags.TypeParameter) === 0 &&
    declarations.some((declaration) => {
      const { fileName } = declaration.getSourceFile();
      const place = relative(join(root, 'dist'), fileName);
      return !place.startsWith('..') && !place.startsWith('adapters/ai-sdk/');
    });

  /**
   * The types that a declaration names. One that it extends or takes members of is not named itself:
   * what its members name is.
   */
  function listNamed(node: ts.Node, isBase = false): ts.Symbol[] {
    const isOfBase =
      ts.isHeritageClause(node) ||
      ts.isIntersectionTypeNode(node) ||
      (isBase && !ts.isTypeLiteralNode(node));
    const inside: ts.Symbol[] = [];
    node.forEachChild((child) => void inside.push(...listNamed(child, isOfBase)));
    const name = ts.isTypeReferenceNode(node)
      ? node.typeName
      : ts.isExpressionWithTypeArguments(node) && node.expression;
    const symbol = name && checker.getSymbolAtLocation(name);
    if (!symbol || !isOwn(resolveAlias(symbol))) return inside;
    const named = resolveAlias(symbol);
    return [...(isOfBase ? listNeeded(named) : [named]), ...inside];
  }

  /** The types that a user of a function or type may want to name. */
  function listNeeded(symbol: ts.Symbol): ts.Symbol[] {
    return isOwn(symbol) ? (symbol.declarations ?? []).flatMap((one) => listNamed(one)) : [];
  }

  /** Of a type or function, and of the members of options. */
  function listUndocumented(symbol: ts.Symbol): string[] {
    const isKnown = (one: ts.Symbol): boolean =>
      one.getDocumentationComment(checker).length > 0 || one.getJsDocTags(checker).length > 0;
    const isOptions =
      (symbol.flags & ts.SymbolFlags.Interface) !== 0 && /(?:Options|Settings)$/.test(symbol.name);
    const members = isOptions
      ? checker.getPropertiesOfType(checker.getDeclaredTypeOfSymbol(symbol)).filter(isOwn)
      : [];
    return [
      ...(isKnown(symbol) ? [] : [symbol.name]),
      ...members.filter((one) => !isKnown(one)).map(({ name }) => `${symbol.name}.${name}`),
    ];
  }

  const exportsOf = new Map(entryTypes.map((file) => [file, listExports(file)]));
  return { exportsOf, listNeeded, listUndocumented };
}

const { exportsOf, listNeeded, listUndocumented } = readEntryTypes();
const everywhere = new Set([...exportsOf.values()].flat());

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

  it('can be imported, and where a function takes or returns them, from beside it', () => {
    const missing = [...exportsOf].flatMap(([file, exported]) =>
      exported.flatMap((symbol) => {
        const isFunction = (symbol.flags & ts.SymbolFlags.Function) !== 0;
        const known = isFunction ? new Set(exported) : everywhere;
        return listNeeded(symbol)
          .filter((needed) => !known.has(needed) && !internals.has(needed.name))
          .map((needed) => `${relative(root, file)}: ${needed.name} of ${symbol.name}`);
      }),
    );
    expect(everywhere.size).toBeGreaterThan(100);
    expect(missing).toEqual([]);
  });

  it('say what they are, and their options what each of them does', () => {
    expect([...everywhere].flatMap(listUndocumented)).toEqual([]);
  });

  it.runIf(isLongRun)('compile in a project that checks the types of its libraries', () => {
    const folder = createTemporaryFolder();
    const imports = entryTypes.map(
      (file, index) => `export * as entry${index} from '${file.replace(/\.d\.ts$/, '.js')}';`,
    );
    const file = folder.write('consumer.mts', imports.join('\n'));
    const program = ts.createProgram([file], { ...compilerOptions, skipLibCheck: false });
    // LangChain's own types do not compile with exact optional properties.
    const isOfLangChain = ({ file: at }: ts.Diagnostic): boolean =>
      /node_modules\/(?:@langchain|langsmith)\//.test(at?.fileName ?? '');
    const problems = ts.getPreEmitDiagnostics(program).filter((one) => !isOfLangChain(one));
    expect(
      problems.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' ')),
    ).toEqual([]);
  });
});
