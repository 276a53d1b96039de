import { readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, posix, relative, resolve } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

/** The folders that each folder of src may import from, besides itself. `cli` imports all of them. */
const allowedImports: Readonly<Record<string, readonly string[]>> = {
  util: [],
  llm: ['util'],
  measure: ['util', 'llm'],
  policy: ['util', 'llm'],
  learn: ['util', 'llm', 'measure', 'policy'],
  serve: ['util', 'llm', 'policy'],
  adapters: ['util', 'llm', 'policy', 'serve'],
  review: ['util', 'llm', 'measure', 'learn', 'policy', 'serve'],
};

/** Inside these folders, each subfolder or file imports only from those named before it. */
const innerOrders: Readonly<Record<string, readonly string[]>> = {
  measure: [
    'tables',
    'tasks',
    'graders',
    'models',
    'setup',
    'ledger',
    'outcomes',
    'sweep',
    'queue',
    'practice',
  ],
  policy: ['features', 'file', 'decide'],
  serve: ['router', 'log', 'gateway', 'watch', 'host'],
  review: ['estimates', 'replay', 'outcomes', 'audit'],
  'learn/evaluate': [
    'statistics',
    'strategies',
    'plan',
    'verdict',
    'delivery',
    'diagnose',
    'compare',
    'frontier-result.ts',
    'compute-evaluation.ts',
    'learning-curve.ts',
    'cross-validate.ts',
  ],
};

/** Files of src itself. `version.ts` holds the version only, and every module may show it. */
const entryFiles = new Set([
  'cli.ts',
  'index.ts',
  'runtime.ts',
  'router.ts',
  'gateway.ts',
  'watch.ts',
  'log.ts',
  'openrouter.ts',
  'ai-sdk.ts',
  'langchain.ts',
  'version.ts',
]);
const reExportFiles = [
  'index.ts',
  'runtime.ts',
  'router.ts',
  'gateway.ts',
  'watch.ts',
  'log.ts',
  'openrouter.ts',
  'ai-sdk.ts',
  'langchain.ts',
];

const sourceFolder = resolve(import.meta.dirname, '../src');
const sources = new Map(
  readdirSync(sourceFolder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => {
      const file = join(entry.parentPath, entry.name);
      return [relative(sourceFolder, file), readFileSync(file, 'utf8')] as const;
    }),
);

interface Import {
  readonly specifier: string;
  /** The imported file of src; undefined for packages and Node's modules. */
  readonly file: string | undefined;
}

const importsOf = new Map([...sources].map(([file, text]) => [file, listImports(file, text)]));

function listImports(file: string, text: string): Import[] {
  return ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => {
    if (!fileName.startsWith('.')) return { specifier: fileName, file: undefined };
    const target = posix.join(dirname(file), fileName).replace(/\.js$/, '.ts');
    return { specifier: fileName, file: target };
  });
}

function folderOf(file: string): string {
  return file.includes('/') ? (file.split('/', 1)[0] as string) : 'src';
}

/** The types that a file exports: interfaces, aliases, classes and enumerations. */
function listExportedTypes(text: string): string[] {
  const exported = /^export (?:abstract )?(?:interface|type|class|enum) (\w+)/gm;
  return [...text.matchAll(exported)].map(([, name]) => name as string);
}

/** All files that a file needs, itself included. */
function computeClosure(entry: string): Set<string> {
  const reached = new Set([entry]);
  for (const file of reached) {
    for (const next of importsOf.get(file) ?? [])
      if (next.file !== undefined) reached.add(next.file);
  }
  return reached;
}

/** A cycle of imports as a list of files, or undefined. */
function findCycle(): string[] | undefined {
  const finished = new Set<string>();
  const path: string[] = [];
  const visit = (file: string): string[] | undefined => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (finished.has(file)) return undefined;
    path.push(file);
    for (const next of importsOf.get(file) ?? []) {
      const cycle = next.file === undefined ? undefined : visit(next.file);
      if (cycle !== undefined) return cycle;
    }
    path.pop();
    finished.add(file);
    return undefined;
  };
  for (const file of importsOf.keys()) {
    const cycle = visit(file);
    if (cycle !== undefined) return cycle;
  }
  return undefined;
}

/** `file -> what it imports`, of all imports that break a rule. */
function listImportsThat(breaksRule: (file: string, imported: Import) => boolean): string[] {
  return [...importsOf].flatMap(([file, imports]) =>
    imports
      .filter((imported) => breaksRule(file, imported))
      .map(({ specifier }) => `${file} -> ${specifier}`),
  );
}

describe('the folders of src', () => {
  it('import only from folders to their left', () => {
    const wrong = listImportsThat((file, imported) => {
      const [from, to] = [folderOf(file), imported.file && folderOf(imported.file)];
      if (to === undefined || from === to || imported.file === 'version.ts') return false;
      if (from === 'cli') return to === 'src';
      if (file === 'cli.ts') return to !== 'cli' && to !== 'util';
      return from !== 'src' && !allowedImports[from]?.includes(to);
    });
    expect(wrong).toEqual([]);
  });

  it.each(Object.entries(innerOrders))(
    'inside %s import only from what is named before them',
    (outer, order) => {
      const isInside = (file: string): boolean => file.startsWith(`${outer}/`);
      const placeOf = (file: string): number =>
        order.indexOf(file.slice(outer.length + 1).split('/', 1)[0] ?? '');
      const wrong = listImportsThat(
        (file, imported) =>
          imported.file !== undefined &&
          isInside(file) &&
          isInside(imported.file) &&
          placeOf(imported.file) > placeOf(file),
      );
      expect(wrong).toEqual([]);
      const unknown = [...sources.keys()].filter((file) => isInside(file) && placeOf(file) < 0);
      expect(unknown).toEqual([]);
    },
  );

  it('are all known to this test', () => {
    const folders = new Set([...sources.keys()].map(folderOf));
    const known = new Set(['src', 'cli', ...Object.keys(allowedImports)]);
    expect([...folders].filter((folder) => !known.has(folder))).toEqual([]);
    const own = [...sources.keys()].filter((file) => folderOf(file) === 'src');
    expect(own.filter((file) => !entryFiles.has(file))).toEqual([]);
  });

  it('import only files that are there, with their ending', () => {
    const wrong = listImportsThat(
      (_, { specifier, file }) =>
        file !== undefined && (!specifier.endsWith('.js') || !sources.has(file)),
    );
    expect(wrong).toEqual([]);
  });

  it('have no cycles', () => {
    expect(findCycle()).toBeUndefined();
  });

  it('name the modules of Node with node:', () => {
    expect(listImportsThat((_, { specifier }) => builtinModules.includes(specifier))).toEqual([]);
  });

  it('load TensorFlow.js in learn/train only', () => {
    const wrong = listImportsThat(
      (file, { specifier }) =>
        specifier.startsWith('@tensorflow/') && !file.startsWith('learn/train/'),
    );
    expect(wrong).toEqual([]);
  });

  it.each(['llm', 'policy', 'serve/router'])('%s needs neither Node nor packages', (folder) => {
    const wrong = listImportsThat(
      (file, imported) => file.startsWith(`${folder}/`) && imported.file === undefined,
    );
    expect(wrong).toEqual([]);
  });
});

describe.each([
  ['runtime', ['llm', 'policy', 'src', 'util']],
  ['router', ['llm', 'policy', 'serve', 'src', 'util']],
])('the %s entry', (entry, folders) => {
  const closure = computeClosure(`${entry}.ts`);

  it('reaches the folders it is made of', () => {
    expect([...new Set([...closure].map(folderOf))].sort()).toEqual(folders);
  });

  it('needs neither Node nor packages, through all that it imports', () => {
    const wrong = [...closure].flatMap((file) =>
      (importsOf.get(file) ?? [])
        .filter((imported) => imported.file === undefined)
        .map(({ specifier }) => `${file} -> ${specifier}`),
    );
    expect(wrong).toEqual([]);
  });

  it('uses no globals that only Node has', () => {
    const wrong = [...closure].filter((file) =>
      /\b(process|Buffer|__dirname|require)\s*[.([]/.test(sources.get(file) ?? ''),
    );
    expect(wrong).toEqual([]);
  });
});

describe('the gateway entry', () => {
  const closure = computeClosure('gateway.ts');

  it('needs no module of Node, and only the interface of OpenTelemetry, so that workers run it', () => {
    const packages = [...closure].flatMap((file) =>
      (importsOf.get(file) ?? [])
        .filter((imported) => imported.file === undefined)
        .map(({ specifier }) => specifier),
    );
    expect(new Set(packages)).toEqual(new Set(['@opentelemetry/api']));
  });
});

describe('the files of src', () => {
  it('have kebab-case names', () => {
    const parts = [...sources.keys()].flatMap((file) => file.split('/'));
    expect(parts.filter((part) => !/^[a-z0-9]+(-[a-z0-9]+)*(\.ts)?$/.test(part))).toEqual([]);
  });

  it('have at most 300 lines', () => {
    const long = [...sources]
      .map(([file, text]) => ({ file, lines: text.trimEnd().split('\n').length }))
      .filter(({ lines }) => lines > 300);
    expect(long).toEqual([]);
  });

  it('give each exported type a name of its own', () => {
    const filesOf = new Map<string, string[]>();
    for (const [file, text] of sources) {
      for (const name of listExportedTypes(text)) {
        filesOf.set(name, [...(filesOf.get(name) ?? []), file]);
      }
    }
    expect(filesOf.size).toBeGreaterThan(500);
    expect([...filesOf].filter(([, files]) => files.length > 1)).toEqual([]);
  });

  it.each(reExportFiles.filter((file) => sources.has(file)))('%s only re-exports', (file) => {
    const { statements } = ts.createSourceFile(
      file,
      sources.get(file) ?? '',
      ts.ScriptTarget.Latest,
    );
    expect(statements.length).toBeGreaterThan(0);
    const isReExport = (statement: ts.Statement): boolean =>
      ts.isExportDeclaration(statement) && statement.moduleSpecifier !== undefined;
    expect(statements.every(isReExport)).toBe(true);
  });
});
