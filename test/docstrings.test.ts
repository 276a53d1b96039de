import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const source = resolve(import.meta.dirname, '../src');

const files = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => ({ file, text: readFileSync(join(source, file), 'utf8') }));

/** Functions of other packages that docstrings mention. */
const namesOfOthers = ['streamEvents', 'wrapLanguageModel'];

describe('a docstring', () => {
  it('documents parameters that are there', () => {
    expect(files.flatMap(({ file, text }) => listUnknownParameters(file, text))).toEqual([]);
  });

  it('names functions and members that are there', () => {
    const withoutComments = files.map(({ text }) =>
      text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/^\s*\/\/.*$/gm, ''),
    );
    const known = new Set([...withoutComments.join('\n').match(/\w+/g)!, ...namesOfOthers]);
    const mentioned = files.flatMap(({ file, text }) =>
      [...text.matchAll(/^\s*\/?\*.*$/gm)].flatMap(([line]) =>
        [...line.matchAll(/`([a-z]+[A-Z]\w*)`/g)].map(([, name]) => ({ file, name: name ?? '' })),
      ),
    );
    expect(mentioned.length).toBeGreaterThan(100);
    expect(mentioned.filter(({ name }) => !known.has(name))).toEqual([]);
  });
});

/** The parameters that docstrings of a file document, but their functions do not have. */
function listUnknownParameters(file: string, text: string): string[] {
  const unknown: string[] = [];
  const visit = (node: ts.Node): void => {
    const names = 'jsDoc' in node ? listParameters(node) : undefined;
    for (const tag of names === undefined ? [] : ts.getJSDocTags(node)) {
      if (!ts.isJSDocParameterTag(tag) || tag.parent.parent !== node) continue;
      const [name = ''] = tag.name.getText().split('.');
      if (names?.includes(name) === false) unknown.push(`${file}: @param ${tag.name.getText()}`);
    }
    ts.forEachChild(node, visit);
  };
  if (text.includes('@param')) visit(ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true));
  return unknown;
}

/**
 * The names of a function's parameters, and of the members that they are taken apart into; undefined
 * for a node that declares no function.
 */
function listParameters(node: ts.Node): string[] | undefined {
  if (ts.isVariableStatement(node)) {
    const [declaration] = node.declarationList.declarations;
    return declaration?.initializer && listParameters(declaration.initializer);
  }
  if (ts.isPropertySignature(node) || ts.isTypeAliasDeclaration(node)) {
    return node.type && listParameters(node.type);
  }
  if (ts.isPropertyDeclaration(node)) {
    return node.initializer && listParameters(node.initializer);
  }
  if (!('parameters' in node)) return undefined;
  const { parameters } = node as ts.SignatureDeclaration;
  return parameters.flatMap(({ name }) =>
    ts.isIdentifier(name)
      ? [name.text]
      : name.elements.flatMap((element) =>
          ts.isOmittedExpression(element)
            ? []
            : [(element.propertyName ?? element.name).getText(), element.name.getText()],
        ),
  );
}
