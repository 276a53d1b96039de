import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OutcomeTable } from '../../../src/measure/outcomes/outcome-table.js';
import { renderReport } from '../../../src/learn/report/render-report.js';
import { launchBrowser } from '../../support/browser.js';
import { buildOutcomeTable } from '../../support/outcome-table.js';
import { buildPlantedOutcomes } from '../../support/planted-outcomes.js';
import { buildReport } from '../../support/report.js';
import { isLongRun } from '../../support/test-run.js';

/** For people to look at: pages and, from a long run, their screenshots. Git ignores the folder. */
const folder = resolve(import.meta.dirname, '../../../coverage/report-pages');

const hostileNames = [
  '<script>document.title="owned"</script>',
  '"><img src=x onerror=document.title="owned">',
  `model-${'w'.repeat(180)}`,
  'نموذج اللغة الكبير',
  '🦜 parrot \u202egnp.exe \u0007 x',
];
const hostilePrompt = `</style></script><script>document.title="owned"</script>
<iframe src="https://example.com/"></iframe> javascript:alert(1) ${'longword'.repeat(80)}
من فضلك لخص هذا النص ${'🦜'.repeat(40)} \u0000 \ud800 [x](https://example.com) '"\`--></title>`;

/** Outcomes whose prompts, tasks and models are all made to break out of a page. */
function buildHostileOutcomes(): OutcomeTable {
  const tasks = ['<b>bold</b>', 'مهمة', `task ${'t'.repeat(120)}`, '--><!--', '"onload="x'];
  const rows = Array.from({ length: 100 }, (_, row) => ({
    prompt: `${row} ${hostilePrompt}`,
    task: tasks[row % tasks.length] as string,
    quality: hostileNames.map((_, model) => ((row * 7 + model) % 10 < 9 - model ? 1 : 0)),
    costUsd: hostileNames.map((_, model) => 0.01 / (model + 1)),
    latencyMs: hostileNames.map((_, model) => 2000 / (model + 1)),
  }));
  return buildOutcomeTable(hostileNames, rows);
}

const pages = {
  simulated: renderReport(
    buildReport({ ...buildPlantedOutcomes(200, { seed: 1 }), simulated: true }),
  ),
  hostile: renderReport(buildReport(buildHostileOutcomes())),
} as const;

let browser: Browser;

beforeAll(async () => {
  mkdirSync(folder, { recursive: true });
  for (const [name, html] of Object.entries(pages))
    writeFileSync(join(folder, `${name}.html`), html);
  browser = await launchBrowser();
});

afterAll(() => browser.close());

interface Opened {
  readonly page: Page;
  readonly messages: readonly string[];
  readonly requests: readonly string[];
}

const screens = {
  desktop: { width: 1280, height: 900 },
  phone: { width: 360, height: 740 },
} as const;

async function openPage(
  name: keyof typeof pages,
  screen: keyof typeof screens,
  colorScheme: 'light' | 'dark',
): Promise<Opened> {
  const page = await browser.newPage({ viewport: screens[screen], colorScheme });
  const messages: string[] = [];
  const requests: string[] = [];
  page.on('console', (message) => messages.push(message.text()));
  page.on('pageerror', (error) => messages.push(error.message));
  page.on('dialog', (dialog) => messages.push(dialog.message()));
  const url = pathToFileURL(join(folder, `${name}.html`)).href;
  page.on('request', (request) => {
    if (request.url() !== url) requests.push(request.url());
  });
  await page.goto(url);
  return { page, messages, requests };
}

/** Opens all that can be opened, so that it is checked too. */
async function unfold(page: Page): Promise<void> {
  await page.locator('details').evaluateAll((all) => {
    for (const one of all) one.setAttribute('open', '');
  });
}

async function findViolations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const violations = await page.evaluate(async () => {
    const { axe: runner } = globalThis as unknown as { axe: typeof axe };
    return (await runner.run()).violations;
  });
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary ?? ''}`),
  );
}

const cases = [
  ['simulated', 'desktop', 'light'],
  ['hostile', 'phone', 'dark'],
] as const;
const furtherCases = [
  ['simulated', 'desktop', 'dark'],
  ['simulated', 'phone', 'light'],
  ['simulated', 'phone', 'dark'],
  ['hostile', 'desktop', 'dark'],
  ['hostile', 'phone', 'light'],
] as const;

describe.each([...cases, ...(isLongRun ? furtherCases : [])])(
  'the %s page on a %s, %s',
  (name, screen, scheme) => {
    it('is quiet, alone, no wider than the screen, and accessible', async () => {
      const { page, messages, requests } = await openPage(name, screen, scheme);
      if (isLongRun) {
        const path = join(folder, `${name}-${screen}-${scheme}.png`);
        await page.screenshot({ path, fullPage: true });
      }
      await unfold(page);
      const widths = await page.evaluate(() => [
        document.documentElement.scrollWidth,
        document.documentElement.clientWidth,
      ]);
      expect(widths[0]).toBeLessThanOrEqual(widths[1] as number);
      expect(await findViolations(page)).toEqual([]);
      expect({ messages, requests }).toEqual({ messages: [], requests: [] });
      await page.close();
    });
  },
);

describe('the page', () => {
  it('names every chart that is shown', async () => {
    const { page } = await openPage('simulated', 'desktop', 'light');
    const charts = page.getByRole('img');
    expect(await charts.count()).toBe(4);
    for (const chart of await charts.all()) {
      expect(await chart.getAttribute('aria-label')).toMatch(/\w+ by \w+/);
      expect(await chart.locator('title').count()).toBeGreaterThan(0);
    }
    await page.close();
  });

  it('shows one measure of the heat map at a time, by the keyboard too', async () => {
    const { page } = await openPage('simulated', 'desktop', 'light');
    const caption = page.locator('.heat caption:visible');
    expect(await caption.allTextContents()).toMatchObject([expect.stringContaining('Quality')]);
    await page.getByRole('radio', { name: 'Quality' }).focus();
    await page.keyboard.press('ArrowRight');
    expect(await caption.allTextContents()).toMatchObject([expect.stringContaining('Cost')]);
    if (isLongRun) expect(await findViolations(page)).toEqual([]);
    await page.keyboard.press('ArrowRight');
    expect(await caption.allTextContents()).toMatchObject([expect.stringContaining('latency')]);
    await page.close();
  });

  it('marks simulated data over the page, in every section of figures and on every chart', async () => {
    const { page } = await openPage('simulated', 'desktop', 'light');
    expect(await page.title()).toMatch(/^SIMULATED/);
    expect(await page.getByRole('complementary').textContent()).toMatch(/SIMULATED/);
    for (const chart of await page.getByRole('img').all()) {
      expect(await chart.textContent()).toContain('SIMULATED');
    }
    for (const id of ['verdict', 'overkill', 'frontier', 'heat-map', 'trust', 'health']) {
      expect(await page.locator(`#${id}`).textContent()).toContain('SIMULATED');
    }
    await page.close();
  });

  it('prints on paper with all measures, and the mark of simulated data', async () => {
    const { page } = await openPage('simulated', 'desktop', 'light');
    await page.emulateMedia({ media: 'print' });
    expect(await page.locator('.heat:visible').count()).toBe(3);
    expect(await page.locator('nav').isVisible()).toBe(false);
    expect(await page.getByRole('complementary').isVisible()).toBe(true);
    expect((await page.pdf()).byteLength).toBeGreaterThan(10_000);
    await page.close();
  });

  it('makes inert text of names and prompts, and shows what is hidden in them', async () => {
    const { page } = await openPage('hostile', 'desktop', 'light');
    await unfold(page);
    expect(await page.title()).toBe('a run: does routing pay?');
    expect(await page.locator('script, iframe, img, object, embed, link').count()).toBe(0);
    const text = await page.locator('main').innerText();
    for (const name of hostileNames.slice(0, 4)) expect(text).toContain(name);
    expect(text).toContain('🦜 parrot \\u202egnp.exe \\x07 x');
    expect(text).toContain('<iframe src="https://example.com/">');
    expect(text).toContain('من فضلك لخص هذا النص');
    expect(await page.locator('[onerror],[onload]').count()).toBe(0);
    await page.close();
  });
});
