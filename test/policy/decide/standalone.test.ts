import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser } from 'playwright-core';
import { probePrompts } from '../../../src/policy/file/probe-prompts.js';
import {
  createSigningKeys,
  signDigest,
  writeSignature,
} from '../../../src/policy/file/sign-policy.js';
import { loadPolicy } from '../../../src/policy/decide/load-policy.js';
import type * as Runtime from '../../../src/runtime.js';
import { launchBrowser } from '../../support/browser.js';
import { startFileServer, type FileServer } from '../../support/file-server.js';

const root = resolve(import.meta.dirname, '../../..');
const bundles = ['router.mjs', 'router.min.mjs'] as const;
const pathOf = (name: string): string => resolve(root, 'dist/standalone', name);
const text = await readFile(resolve(root, 'policies/practice-everyday.policy.json'), 'utf8');
const prompts = readFileSync(resolve(root, 'datasets/everyday.jsonl'), 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => (JSON.parse(line) as { prompt: string }).prompt)
  .concat(probePrompts, '\0', '\ud800 lone', 'İstanbul ẞ', 'العربية हिन्दी ไทย');
const objectives = ['quality', 'balanced', 'cost', 'fast'];

const decideAll = `
  const policy = await loadPolicy(text, { publicKeys: [publicKey] });
  const decisions = objectives.flatMap((objective) =>
    prompts.map((prompt) => JSON.stringify(policy.decide(prompt, { objective, explore: { share: 0.1, seed: 7 } }))),
  );
`;

let signed: string;
let publicKey: string;
let expected: string[];

beforeAll(async () => {
  const keys = await createSigningKeys();
  publicKey = keys.publicKey;
  const { digest, decide } = await loadPolicy(text);
  signed = writeSignature(text, await signDigest(digest, keys.privateKey));
  expected = objectives.flatMap((objective) =>
    prompts.map((prompt) =>
      JSON.stringify(decide(prompt, { objective, explore: { share: 0.1, seed: 7 } })),
    ),
  );
});

describe('the runtime in one file', () => {
  it('is at most 14.3 kB, minified and gzipped', () => {
    expect(gzipSync(readFileSync(pathOf('router.min.mjs')), { level: 9 }).length).toBeLessThan(
      14_300,
    );
  });

  it.each(bundles)('%s imports nothing and exports what the package exports', async (name) => {
    expect(readFileSync(pathOf(name), 'utf8')).not.toMatch(/\bimport\s*[({'"*]|\brequire\s*\(/);
    const bundle = (await import(pathToFileURL(pathOf(name)).href)) as typeof Runtime;
    expect(Object.keys(bundle).sort()).toEqual(
      Object.keys(await import('../../../src/runtime.js')).sort(),
    );
    const policy = await bundle.loadPolicy(signed, { publicKeys: [publicKey] });
    const decisions = objectives.flatMap((objective) =>
      prompts.map((prompt) =>
        JSON.stringify(policy.decide(prompt, { objective, explore: { share: 0.1, seed: 7 } })),
      ),
    );
    expect(decisions).toEqual(expected);
    const error: unknown = await bundle.loadPolicy('{}').catch((cause: unknown) => cause);
    expect(bundle.RoutesmithError.isInstance(error)).toBe(true);
  });

  it('decides the same in a worker of Node', async () => {
    const code = `
      import { parentPort, workerData } from 'node:worker_threads';
      import { loadPolicy } from '${pathToFileURL(pathOf('router.min.mjs')).href}';
      const { text, prompts, objectives, publicKey } = workerData;
      ${decideAll}
      parentPort.postMessage(decisions);
    `;
    const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(code)}`), {
      workerData: { text: signed, prompts, objectives, publicKey },
    });
    const decisions = await new Promise((done, fail) => {
      worker.once('message', done).once('error', fail);
    });
    expect(decisions).toEqual(expected);
    await worker.terminate();
  });
});

describe('the runtime in a browser', () => {
  let browser: Browser;
  let server: FileServer;

  beforeAll(async () => {
    const load = `
      import { loadPolicy } from './router.min.mjs';
      const { prompts, objectives, publicKey } = await (await fetch('./cases.json')).json();
      const text = await (await fetch('./policy.json')).text();
      ${decideAll}`;
    server = await startFileServer(
      new Map([
        ['', ''],
        ['index.html', '<!doctype html><title>routesmith</title>'],
        ['router.min.mjs', readFileSync(pathOf('router.min.mjs'), 'utf8')],
        ['policy.json', signed],
        ['cases.json', JSON.stringify({ prompts, objectives, publicKey })],
        ['page.mjs', `${load}\nexport { decisions };`],
        ['worker.mjs', `${load}\npostMessage(decisions);`],
      ]),
    );
    browser = await launchBrowser();
  });

  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  it('decides the same in a page and in a worker of Chromium', async () => {
    const page = await browser.newPage();
    await page.goto(`${server.url}index.html`);
    const inPage: unknown = await page.evaluate(
      `import('./page.mjs').then(({ decisions }) => decisions)`,
    );
    expect(inPage).toEqual(expected);
    const inWorker: unknown = await page.evaluate(
      `new Promise((done, fail) => {
        const worker = new Worker('./worker.mjs', { type: 'module' });
        worker.onmessage = ({ data }) => done(data);
        worker.onerror = ({ message }) => fail(new Error(message));
      })`,
    );
    expect(inWorker).toEqual(expected);
  });
});
