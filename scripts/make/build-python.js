// Joins the Python modules of src/policy/python into one file, for `routesmith export --python`. What
// both languages must agree on comes from the built TypeScript. Part of `npm run build`.
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { probePrompts } from '../../dist/policy/file/probe-prompts.js';
import { writeCharacterTables } from './python-tables.js';

const sources = new URL('../../src/policy/python/', import.meta.url);
const folder = new URL('../../dist/python/', import.meta.url);
const { version } = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
);

const generated = new Map([
  ['character_tables', writeCharacterTables()],
  [
    'probe_prompts',
    [
      '"""Prompts that every policy is probed with; generated."""',
      `_PROBE_PROMPTS = (\n${probePrompts.map((one) => `    ${JSON.stringify(one)},`).join('\n')}\n)`,
    ].join('\n'),
  ],
]);

/** Import statements, also those in parentheses. */
const importStatement = /^(?:from \S+ )?import (?:\([^)]*\)|.*)\n/gm;
/** @type {Set<string>} */
const done = new Set();
/**
 * Names imported by module; of a module as a whole, none.
 *
 * @type {Map<string, Set<string>>}
 */
const imports = new Map();
/** @type {string[]} */
const bodies = [];

/**
 * Appends a module after those that it imports.
 *
 * @param {string} name
 */
function append(name) {
  if (done.has(name)) return;
  done.add(name);
  const text = generated.get(name) ?? readFileSync(new URL(`${name}.py`, sources), 'utf8');
  for (const [statement] of `${text}\n`.matchAll(importStatement)) {
    const module = /^from \.(\w+)/.exec(statement)?.[1];
    if (module !== undefined) append(module);
    else if (!statement.startsWith('from __future__')) noteImport(statement.trim());
  }
  if (name === '__init__') return;
  const body = `${text}\n`
    .replaceAll(importStatement, '')
    .replace(/^"""(.*?)"""\n/s, (_, title) => `# ---- ${title}\n`);
  bodies.push(body.replaceAll(/\n{3,}/g, '\n\n\n').trim());
}

append('__init__');
const init = readFileSync(new URL('__init__.py', sources), 'utf8');
const docstring = /^""".*?"""\n/s.exec(init)?.[0] ?? '';
const file = [
  `# Written by Routesmith ${version}; generated, do not edit. Apache-2.0.`,
  docstring,
  'from __future__ import annotations\n',
  [...imports].map(writeImport).sort(compareImports).join('\n'),
  '',
  /^__all__ = .*$/m.exec(init)?.[0],
  `__version__ = "${version}"\n\n`,
  `${bodies.join('\n\n\n')}\n`,
].join('\n');

const project = `[build-system]
requires = ["setuptools>=61"]
build-backend = "setuptools.build_meta"

[project]
name = "routesmith-policy"
version = "${version}"
description = "Decide with a Routesmith policy in a Python program."
requires-python = ">=3.9"
license = { text = "Apache-2.0" }

[project.optional-dependencies]
signatures = ["cryptography>=41"]

[tool.setuptools]
py-modules = ["routesmith_policy"]
`;

mkdirSync(folder, { recursive: true });
writeFileSync(new URL('routesmith_policy.py', folder), file);
writeFileSync(new URL('pyproject.toml', folder), project);
copyFileSync(
  new URL('litellm/routesmith_litellm.py', sources),
  new URL('routesmith_litellm.py', folder),
);

/** @param {string} statement of a line */
function noteImport(statement) {
  const [, module = '', names = ''] = /^from (\S+) import (.+)$/.exec(statement) ?? [];
  const known = imports.get(module || statement) ?? new Set();
  for (const name of names.split(', ').filter(Boolean)) known.add(name);
  imports.set(module || statement, known);
}

/**
 * @param {[string, Set<string>]} entry
 * @returns {string}
 */
function writeImport([module, names]) {
  return names.size === 0 ? module : `from ${module} import ${[...names].sort().join(', ')}`;
}

/**
 * `import` before `from`, each by name.
 *
 * @param {string} first
 * @param {string} second
 */
function compareImports(first, second) {
  const isFrom = Number(first.startsWith('from')) - Number(second.startsWith('from'));
  return isFrom || (first < second ? -1 : 1);
}
