// How long a person looks at nothing: the Email centre in a real browser, against a table of NocoBase's own on the same site.
import { chromium } from 'playwright-core';
import { signInByPage } from '../../../tests/e2e/support/browser.mjs';
import { median } from '../../tools/common/median.mjs';
import { CHROMIUM_ARGUMENTS, ensureChromium } from '../../tools/toolchain/chromium.mjs';

const PAIRS = 7;
const CENTRE = { path: '/admin/mail', row: '.mail-row' };
const HOST = { path: '/admin/settings/users-permissions', row: '.ant-table-row' };

export const paintNames = ['centre.first_paint.ms', 'centre.first_paint.ratio_vs_host', 'centre.switch.ms'];

/**
 * Reports milliseconds from the beginning of a page's navigation, and from the click on the icon in the top bar, until rows
 * are on the screen. The browser has the scripts of both in its cache, as that of somebody who was here yesterday.
 *
 * @param {(name: string, value: number, unit: string) => void} report
 * @param {string} url of a NocoBase with mail
 */
export async function measurePaint(report, url) {
  const browser = await chromium.launch({
    executablePath: await ensureChromium(),
    headless: true,
    args: CHROMIUM_ARGUMENTS,
  });
  try {
    const page = await browser.newPage({ viewport: { width: 1400, height: 900 }, locale: 'en-US' });
    await signInByPage(page, url);
    for (const place of [CENTRE, HOST]) await loaded(page, url, place);
    const loads = [];
    const switches = [];
    for (let pair = 0; pair < PAIRS; pair += 1) {
      const ours = await loaded(page, url, CENTRE);
      loads.push([ours, await loaded(page, url, HOST)]);
      switches.push(await switched(page));
    }
    report('centre.first_paint.ms', median(loads.map(([ours]) => ours)), 'ms');
    report('centre.first_paint.ratio_vs_host', median(loads.map(([ours, host]) => host / ours)), '');
    report('centre.switch.ms', median(switches), 'ms');
  } finally {
    await browser.close();
  }
}

async function loaded(page, url, { path, row }) {
  await page.goto(`${url}${path}`);
  return painted(page, row);
}

/** From the page that is open to the Email centre, without loading NocoBase again. */
async function switched(page) {
  const icon = page.getByTestId('mail-button');
  await icon.waitFor();
  const begun = await page.evaluate(() => performance.now());
  await icon.click();
  return (await painted(page, CENTRE.row)) - begun;
}

/** Milliseconds on the page's own clock, which begins with its navigation. A frame later, what stands there is painted. */
async function painted(page, row) {
  return page.evaluate(
    (row) =>
      new Promise((resolve) => {
        const look = () => {
          if (!document.querySelector(row)) return requestAnimationFrame(look);
          return requestAnimationFrame(() => setTimeout(() => resolve(performance.now())));
        };
        look();
      }),
    row,
  );
}
