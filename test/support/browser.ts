import chromium from '@sparticuz/chromium';
import { chromium as playwright, type Browser } from 'playwright-core';

/** With this one of the package's own arguments, all ends as soon as one page is closed. */
const needless = '--single-process';

/**
 * Starts a headless Chromium: the one that comes inside a package, so that nothing has to be
 * installed, or the Chromium or Chrome whose path `ROUTESMITH_CHROMIUM` gives. Whoever starts it
 * closes it.
 */
export async function launchBrowser(): Promise<Browser> {
  const installed = process.env['ROUTESMITH_CHROMIUM'] ?? '';
  return playwright.launch({
    executablePath: installed === '' ? await chromium.executablePath() : installed,
    args:
      installed === ''
        ? chromium.args.filter((argument) => argument !== needless)
        : ['--no-sandbox'],
    headless: true,
  });
}
