import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  checkReload,
  noGatewayFile,
  parseGatewayFile,
} from '../../../src/serve/host/gateway-config.js';
import { sha256Of } from '../../support/gateway.js';

const sha256 = sha256Of('k');

describe('gateway.yaml', () => {
  it('holds keys, limits and files beside it', () => {
    const text = `
keys:
  - name: web
    sha256: ${sha256}
    models: [small]
    requestsPerMinute: 60
    usdPerDay: 5
limits: { maxConcurrent: 8 }
timeouts: { idleMs: 1000 }
breaker: { openMs: 5000 }
whenAllUnavailable: fail
maxAnswerBytes: 20000000
exposeProviderMessages: true
feedback: kept/feedback.jsonl
`;
    expect(parseGatewayFile(text, '/etc/routesmith/gateway.yaml')).toEqual({
      ...noGatewayFile,
      callers: [
        { name: 'web', keySha256: sha256, models: ['small'], requestsPerMinute: 60, usdPerDay: 5 },
      ],
      settings: {
        limits: { maxConcurrent: 8 },
        timeouts: { idleMs: 1000 },
        breaker: { openMs: 5000 },
        whenAllUnavailable: 'fail',
        maxAnswerBytes: 20_000_000,
        exposeProviderMessages: true,
      },
      feedbackFile: '/etc/routesmith/kept/feedback.jsonl',
      spendingFile: '/etc/routesmith/spending.jsonl',
    });
  });

  // Only quotes keep a digest of digits a text: without them, YAML reads it as a number.
  it.each([sha256, '0'.repeat(64)])('is read as docs/gateway.md prints it, for %s', (digest) => {
    const page = readFileSync(resolve(import.meta.dirname, '../../../docs/gateway.md'), 'utf8');
    const [, sample = ''] = /^```yaml\n(.*?)^```$/ms.exec(page) ?? [];
    const file = parseGatewayFile(sample.replace('<digest of the key>', digest), 'gateway.yaml');
    expect(file.callers).toMatchObject([{ name: 'web', keySha256: digest }]);
  });

  it('may be empty', () => {
    expect(parseGatewayFile('', 'gateway.yaml')).toEqual(noGatewayFile);
  });

  it.each([
    ['unknown name "kays" (did you mean "keys"?', 'kays: []'],
    ['key "a".sha256: must be the SHA-256 of the key', 'keys: [{ name: a, sha256: sk-secret }]'],
    ['keys.0.name: must be a word', `keys: [{ name: "a b", sha256: ${sha256} }]`],
    ['limits: Unrecognized key', 'limits: { maxBody: 1 }'],
    ['breaker: Unrecognized key', 'breaker: { closedMs: 1 }'],
    ['whenAllUnavailable: Invalid option', 'whenAllUnavailable: wait'],
    ['maxAnswerBytes: Too small', 'maxAnswerBytes: 0'],
    ['this is not valid YAML', 'keys: ['],
  ])('is refused with "%s"', (message, text) => {
    expect(() => parseGatewayFile(text, 'gateway.yaml')).toThrow(message);
    expect(() => parseGatewayFile(text, 'gateway.yaml')).not.toThrow('sk-secret');
  });
});

describe('a changed gateway.yaml', () => {
  const parse = (text: string) => parseGatewayFile(text, '/etc/routesmith/gateway.yaml');
  const key = (members: string): string => `keys: [{ name: web, sha256: ${sha256}${members} }]`;

  it.each([
    ['a new limit of a key', key(', usdPerDay: 5'), key(', usdPerDay: 0')],
    ['the last budget removed', key(', usdPerDay: 5'), key('')],
    [
      'a first budget, whose file is open',
      `${key('')}\nspending: a.jsonl`,
      `${key(', usdPerDay: 5')}\nspending: a.jsonl`,
    ],
    [
      'the same settings in another order',
      `${key('')}\nlimits: { maxQueued: 5, queueMs: 6 }\ndrainMs: 5`,
      `drainMs: 5\nlimits: { queueMs: 6, maxQueued: 5 }\n${key('')}`,
    ],
  ])('is taken over with %s', (_, first, next) => {
    expect(() => checkReload(parse(first), parse(next))).not.toThrow();
  });

  it.each([
    ['these settings differ: drainMs\n', key(''), `${key(', models: [a]')}\ndrainMs: 5`],
    [
      'these settings differ: limits, maxAnswerBytes, feedback\n',
      `${key('')}\nlimits: { maxQueued: 5 }`,
      `${key('')}\nmaxAnswerBytes: 5\nfeedback: f.jsonl`,
    ],
    [
      'these settings differ: spending\n',
      key(', usdPerDay: 5'),
      `${key(', usdPerDay: 5')}\nspending: a.jsonl`,
    ],
    ['begin with the first budget', key(''), key(', usdPerDay: 5')],
    ['begin with the first key', '', key('')],
    ['go on without any', key(''), ''],
  ])('is refused with "%s"', (message, first, next) => {
    const reload = () => checkReload(parse(first), parse(next));
    expect(reload).toThrow(message);
    expect(reload).toThrow('no change of its keys, the policy or the pool is applied either');
  });
});
