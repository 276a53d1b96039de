import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  buildConstantPolicy,
  buildMixturePolicy,
  writePolicyFile,
} from '../../support/routing-policy.js';

const root = resolve(import.meta.dirname, '../../..');
const read = (path: string): unknown => JSON.parse(readFileSync(resolve(root, path), 'utf8'));
const schema = read('docs/policy.schema.json') as Record<string, unknown>;
const validator = z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0]);

/** All names of members in a schema or a file; those of the file's lists and objects too. */
function listNames(value: unknown, isSchema: boolean, names = new Set<string>()): Set<string> {
  if (Array.isArray(value)) for (const item of value) listNames(item, isSchema, names);
  else if (typeof value === 'object' && value !== null) {
    for (const [key, member] of Object.entries(value)) {
      if (!isSchema) names.add(key);
      else if (key === 'properties')
        for (const name of Object.keys(member as object)) names.add(name);
      listNames(member, isSchema, names);
    }
  }
  return names;
}

const policies: [string, unknown][] = [
  ...readdirSync(resolve(root, 'policies'))
    .filter((name) => name.endsWith('.json'))
    .map((name): [string, unknown] => [name, read(`policies/${name}`)]),
  ['a task mixture', JSON.parse((await writePolicyFile(buildMixturePolicy())).text)],
  ['a constant policy', JSON.parse((await writePolicyFile(buildConstantPolicy())).text)],
];

describe('docs/policy.schema.json', () => {
  it.each(policies)('takes %s', (_, policy) => {
    expect(validator.safeParse(policy)).toMatchObject({ success: true });
  });

  it.each(policies)('names every member of %s', (_, policy) => {
    const known = listNames(schema, true);
    expect([...listNames(policy, false)].filter((name) => !known.has(name))).toEqual([]);
  });

  it.each<[string, (policy: Record<string, unknown>) => unknown]>([
    ['another format', (policy) => ({ ...policy, format: 'x' })],
    ['a later version', (policy) => ({ ...policy, schemaVersion: 2 })],
    ['no digest', (policy) => ({ ...policy, digest: undefined })],
    ['a price below zero', (policy) => ({ ...policy, noveltyLimit: -1 })],
    ['one model', (policy) => ({ ...policy, models: [] })],
  ])('refuses %s, as the loader does', (_, change) => {
    const policy = change(policies[1]?.[1] as Record<string, unknown>);
    expect(validator.safeParse(policy).success).toBe(false);
  });
});
