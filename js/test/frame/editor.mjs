// The editor alone on a page of a real browser, from a server that hears of everything the page asks for.
import { createServer } from 'node:http';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { chromium } from 'playwright-core';
import { CHROMIUM_ARGUMENTS } from '../../tools/toolchain/chromium.mjs';

const source = path.resolve(
  path.dirname(fileURLToPath(import.meta.url)),
  '../../client/compose/editor/editor.ts',
);

export async function startEditors() {
  const asked = [];
  const { outputFiles } = await build({
    bundle: true,
    entryPoints: [source],
    format: 'iife',
    globalName: 'mail',
    write: false,
  });
  const script = outputFiles[0].text;
  const server = createServer(({ url }, answer) => {
    if (!['/', '/favicon.ico'].includes(url)) asked.push(url);
    answer.setHeader('content-type', 'text/html; charset=utf-8').end('<!doctype html><div id="place"></div>');
  });
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM,
    headless: true,
    args: CHROMIUM_ARGUMENTS,
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${server.address().port}`;
  return {
    /** What pages have asked for since the last one was opened. */
    asked,
    picture: (name) => `${origin}/${name}`,
    /** A page with an editor as `editor`. */
    async open(html, loads = []) {
      asked.length = 0;
      const page = await browser.newPage();
      await page.goto(`${origin}/`);
      await page.addScriptTag({ content: script });
      await page.evaluate(
        ([begin, may]) => {
          window.editor = window.mail.createEditor(document.querySelector('#place'), {
            html: begin,
            label: 'Text',
            placeholder: '',
            mayLoad: (address) => may.includes(address),
            onChange: () => window.editor?.html(),
            onState: (state) => (window.state = state),
            onFiles: () => {},
            onLink: () => {},
          });
        },
        [html, loads],
      );
      return page;
    },
    async close() {
      await browser.close();
      server.close();
    },
  };
}

/** Pastes as a program of an office does: HTML beside the plain text. */
export function paste(page, html, plain = 'pasted') {
  return page.evaluate(
    ([rich, text]) => {
      const data = new DataTransfer();
      data.setData('text/html', rich);
      data.setData('text/plain', text);
      document
        .querySelector('.tiptap')
        .dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
    },
    [html, plain],
  );
}
