// The site that a file of tests works on: a NocoBase of its own with the package, the stand-in for Google and Microsoft
// beside it, and an administrator at the browser. All files take the same folder and ports, one after the other.
import path from 'node:path';
import process from 'node:process';
import { demo } from '../../../js/tools/common/paths.mjs';
import { saveDemoSettings } from '../../../js/tools/demo-settings.mjs';
import { startInstance } from '../../../js/tools/demo/instance.mjs';
import { startSimulator } from '../../../js/tools/demo/simulator.mjs';
import { signIn } from '../../../js/tools/nocobase/api.mjs';
import { openBrowser, signInByPage } from './browser.mjs';

export const DIR = path.join(demo, process.env.E2E_DIR ?? 'e2e');
/** The first of the ports: another one where these are taken. */
const PORT = Number(process.env.E2E_PORT ?? 13500);
export const PORTS = { nocobase: PORT, database: PORT + 1, simulator: PORT + 2, secondNode: PORT + 3 };

/** NocoBase's two clients: how they are called, and what their addresses begin with. */
export const LANES = [
  ['/', ''],
  ['/v/', '/v'],
];

/**
 * Starts everything.
 *
 * @param {object} options
 * @param {string|string[]} [options.google] mailboxes at Google, as `address:size`
 * @param {string|string[]} [options.microsoft] mailboxes at Microsoft, as `address:size`
 * @param {boolean} [options.installed] false: an empty NocoBase, whose administrator has yet to upload the package
 * @param {boolean} [options.configured] false: with nothing in "Email settings"
 * @param {boolean} [options.looks] false: nobody is at a browser
 * @param {Record<string, string>} [options.env] more environment for NocoBase
 */
export async function openSite({
  google,
  microsoft,
  installed = true,
  configured = installed,
  looks = true,
  env,
}) {
  const opened = [];
  const close = async () => {
    for (const each of opened.reverse()) await each();
  };
  try {
    const simulator = await startSimulator({ dir: DIR, port: PORTS.simulator, google, microsoft });
    opened.push(() => simulator.stop());
    const how = installed ? { prepared: true, tgz: process.env.EMAIL_MANAGER_PACKAGE } : { fresh: true };
    const site = await startInstance({ dir: DIR, ports: PORTS, durable: false, env, ...how });
    opened.push(() => site.stop());
    const token = site.token ?? (await signIn(site.url));
    if (configured) await saveDemoSettings(site.url, token, simulator.url);
    if (!looks) return { simulator, site, token, close };
    const browser = await openBrowser();
    opened.push(() => browser.close());
    await signInByPage(browser.page, site.url);
    return { simulator, site, token, browser, page: browser.page, close };
  } catch (error) {
    await close();
    throw error;
  }
}
