// The site that a file of tests works on: a NocoBase of its own with the package, the stand-in for Google and Microsoft
// beside it, and an administrator at the browser.
import process from 'node:process';
import { saveDemoSettings } from '../../../js/tools/demo-settings.mjs';
import { startInstance } from '../../../js/tools/demo/instance.mjs';
import { startSimulator } from '../../../js/tools/demo/simulator.mjs';
import { signIn } from '../../../js/tools/nocobase/api.mjs';
import { openBrowser, signInByPage } from './browser.mjs';
import { DIR, PORTS } from './ground.mjs';

/**
 * Starts everything, with the simulator's credentials in "Email settings".
 *
 * @param {object} options
 * @param {string | string[]} [options.google] the mailboxes at Google, as `address:size`
 * @param {string | string[]} [options.microsoft] those at Microsoft, likewise
 */
export async function openSite({ google, microsoft }) {
  const opened = [];
  const close = async () => {
    for (const each of opened.reverse()) await each();
  };
  try {
    const simulator = await startSimulator({ dir: DIR, port: PORTS.simulator, google, microsoft });
    opened.push(() => simulator.stop());
    const tgz = process.env.EMAIL_MANAGER_PACKAGE;
    const site = await startInstance({ dir: DIR, ports: PORTS, tgz, prepared: true, durable: false });
    opened.push(() => site.stop());
    const token = site.token ?? (await signIn(site.url));
    await saveDemoSettings(site.url, token, simulator.url);
    const browser = await openBrowser();
    opened.push(() => browser.close());
    await signInByPage(browser.page, site.url);
    return { simulator, site, token, browser, page: browser.page, close };
  } catch (error) {
    await close();
    throw error;
  }
}
