import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OutcomeTable } from '../../../src/measure/outcomes/outcome-table.js';
import { renderReport } from '../../../src/learn/report/render-report.js';
import type { ReportedReplay } from '../../../src/learn/report/report.js';
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

/** A replay whose names are as hostile, and whose figures are all there. */
const hostileReplay: ReportedReplay = {
  file: hostileNames[1] as string,
  policyDigest: 'sha256:<i>',
  objective: hostileNames[0] as string,
  simulated: false,
  requests: 1200,
  weightedRequests: 2400,
  conversations: 300,
  changedShare: 0.4,
  changed: { mean: 0.4, low: 0.35, high: 0.45 },
  costUsd: buildMeasure(0.012, -0.004),
  guessedCosts: 40,
  latencyMs: buildMeasure(900, 120),
  slowerThanEstimated: 0.31,
  quality: buildMeasure(0.8, 0.01),
  models: [...hostileNames, null].map((model) => ({
    model,
    logged: 0.2,
    served: null,
    replayed: 0.1,
  })),
  tasks: hostileNames.map((task) => ({
    task,
    requests: 240,
    changedShare: 0.4,
    costUsd: { mean: -0.004, low: -0.005, high: -0.003 },
    quality: null,
    latencyMs: null,
  })),
  taskLabels: { policy: 700 },
  unreplayable: { unknown_objective: 3 },
  log: { overflow: 1, lost: 2, damagedLines: 0 },
  outcomes: {
    requests: 900,
    leftOut: { 'no known quality': 300 },
    target: {
      kind: 'estimated',
      value: { mean: 0.81, low: 0.79, high: 0.83 },
      difference: { mean: 0.01, low: -0.01, high: 0.03 },
      drift: true,
      overlap: { unanswered: 7, takeovers: 5 },
    },
    production: { drift: true, overlap: { unanswered: 9, takeovers: 0 } },
  },
};

function buildMeasure(mean: number, change: number): ReportedReplay['quality'] {
  return {
    happened: { requests: 900, mean, estimate: mean },
    estimated: {
      requests: 1200,
      logged: mean,
      replayed: mean + change,
      difference: { mean: change, low: change - 0.003, high: change + 0.003 },
    },
  };
}

const pages = {
  simulated: renderReport(
    buildReport({ ...buildPlantedOutcomes(200, { seed: 1 }), simulated: true }),
  ),
  hostile: renderReport(buildReport(buildHostileOutcomes(), {}, hostileReplay)),
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

  it('shows a replay of production with its signs, what is missing, and what was measured', async () => {
    const { page } = await openPage('hostile', 'desktop', 'light');
    const section = page.locator('#production');
    const text = (await section.innerText()).replaceAll(/\s+/g, ' ');
    expect(text).toContain('A replay of 1,200 logged requests in 300 conversations');
    expect(text).toContain('which stand for 2,400 by sampling');
    expect(text).toContain('40 % 35 to 45 %');
    expect(text).toContain('3 requests could not be replayed.');
    expect(text).toContain('Requests left out: 300 (no known quality).');
    expect(text).toContain(
      "The model that the policy chooses is known not to have answered 7 requests; that of the log's policy, 9. Answers in place of a failed call do not count: 5 by the model that the policy chooses, 0 by that of the log's policy.",
    );
    expect(text).toContain("The log's policy guessed the task of 700 requests.");
    expect(text.replaceAll(/\s+/g, ' ')).toContain(
      'Of the 900 costs that happened, 40 are partly estimated, or lack a call of unknown cost.',
    );
    expect(text).toContain('31 % of the answers took longer than estimated');
    expect(text).toContain('3 records of the log are missing or damaged.');
    expect(text).toContain('−$4.00 −$7.00 to −$1.00');
    expect(text).toContain(
      'By 900 reported outcomes, doubly robust: quality 81.0 % 79.0 to 83.0 %',
    );
    expect(text).toContain(
      'differ from the estimates of the production policy by more than two standard errors',
    );
    await page.close();
  });

  it('says where a replay cannot tell how far it is from production', () => {
    const { outcomes } = hostileReplay;
    if (outcomes?.target.kind !== 'estimated') throw new Error('no estimate');
    const target = { ...outcomes.target, difference: null };
    const replay = { ...hostileReplay, outcomes: { ...outcomes, target } };
    const page = renderReport(buildReport(buildHostileOutcomes(), {}, replay));
    expect(page).toContain('policy is undecidable: where the two choose differently');
    expect(page).not.toContain('difference to the production policy');
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
