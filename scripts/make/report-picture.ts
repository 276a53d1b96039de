/**
 * Writes `docs/report.png`: the first screen of a report, for the README.
 *
 *     npm run demo && npm run make:picture
 *     npm run make:picture -- runs/mine/report.html picture.png
 */
import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { launchBrowser } from '../../test/support/browser.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const [page = resolve(root, 'runs/demo/report.html'), picture = resolve(root, 'docs/report.png')] =
  process.argv.slice(2);

/** The README shows the picture at about 800 CSS pixels; this is what a laptop shows. */
const viewport = { width: 1040, height: 720 };

const browser = await launchBrowser();
try {
  const tab = await browser.newPage({ viewport, colorScheme: 'light' });
  await tab.goto(pathToFileURL(page).href);
  await tab.screenshot({ path: picture });
} finally {
  await browser.close();
}
console.log(picture);
