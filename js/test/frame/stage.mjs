// Components of the pages in a real browser, with React and antd as the host has them, and a server that is the test's own.
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { chromium } from 'playwright-core';
import { CHROMIUM_ARGUMENTS } from '../../tools/toolchain/chromium.mjs';

const ADDRESS = 'http://stage.test/';
const folder = path.dirname(fileURLToPath(import.meta.url));

/**
 * Opens a page on which `window.stage` draws the components of stage.tsx. It lasts as long as the test.
 *
 * @param {import('node:test').TestContext} context
 * @param {(call: {url: string, params?: object, data?: any}) => unknown} answer what the server has under `data`. A
 *   string is the text of a file where one is asked for; what is thrown is an error with its `status` and `message`.
 */
export async function openStage(context, answer) {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM,
    headless: true,
    args: CHROMIUM_ARGUMENTS,
  });
  context.after(() => browser.close());
  // What is pressed while it still slides in can be somewhere else before it is pressed.
  const page = await browser.newPage({ reducedMotion: 'reduce' });
  page.setDefaultTimeout(10_000);
  const scripts = { '/stage.js': await bundle('stage.tsx', 'iife') };
  await page.route(`${ADDRESS}**`, async (route) => {
    const { pathname } = new URL(route.request().url());
    if (pathname === '/editor.js')
      scripts[pathname] ??= await bundle('../../client/compose/editor/editor.ts', 'esm');
    const body = scripts[pathname];
    if (body) await route.fulfill({ body, contentType: 'text/javascript; charset=utf-8' });
    else await route.fulfill({ body: '<!doctype html><div id="place"></div>', contentType: 'text/html' });
  });
  await page.exposeFunction('answer', async (call) => {
    try {
      return { data: await answer(call) };
    } catch ({ status = 500, message }) {
      return { status, message };
    }
  });
  await page.goto(ADDRESS);
  await page.addScriptTag({ url: `${ADDRESS}stage.js` });
  return page;
}

/** An error of the server. */
export function refusal(status, message) {
  return Object.assign(new Error(message), { status });
}

const bundled = new Map();

async function bundle(entry, format) {
  if (!bundled.has(entry)) {
    const { outputFiles } = await build({
      bundle: true,
      charset: 'utf8',
      define: {
        'process.env.NODE_ENV': '"production"',
        CLIENT_ADDRESS: JSON.stringify(ADDRESS),
        EDITOR_FILE: '"editor.js"',
      },
      entryPoints: [path.join(folder, entry)],
      format,
      jsx: 'transform',
      loader: { '.css': 'text', '.svg': 'dataurl' },
      logLevel: 'error',
      platform: 'browser',
      write: false,
    });
    bundled.set(entry, outputFiles[0].text);
  }
  return bundled.get(entry);
}
