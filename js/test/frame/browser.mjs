// A real browser in which every mail may try: what runs calls a canary, and every request reaches a server of ours.
import { createServer } from 'node:net';
import process from 'node:process';
import { chromium } from 'playwright-core';
import { CHROMIUM_ARGUMENTS } from '../../tools/toolchain/chromium.mjs';

/** So many mails share a page. */
const MAILS = 200;
/** How long a page of mails is given in all, and once every frame has said that it is loaded, in milliseconds. */
const LONGEST = 1000;
const AFTERWARDS = 300;

export async function openBrowser() {
  const server = await openCanary();
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM,
    headless: true,
    args: [...CHROMIUM_ARGUMENTS, ...server.args],
  });
  return {
    show: (documents, frame) => show(browser, server, documents, frame),
    close: async () => {
      await browser.close();
      server.close();
    },
  };
}

/**
 * Writes down what asks for canary.test: the address, or that it was asked for something in secret. A browser that is
 * started with its `args` finds nothing but canary.test and addresses that are numbers.
 */
export async function openCanary() {
  const requests = [];
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', (data) => {
      const path = /^[A-Z]+ (\S+) HTTP/.exec(data.toString('latin1'))?.[1];
      requests.push(path === undefined ? 'https://canary.test' : `http://canary.test${path}`);
      socket.destroy();
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const args = [
    `--host-resolver-rules=MAP canary.test 127.0.0.1:${server.address().port}, EXCLUDE 127.0.0.1, MAP * ~NOTFOUND`,
    // In a process of its own, a sandboxed frame would not hear of the canary.
    '--disable-features=IsolateSandboxedIframes',
  ];
  return { args, requests, close: () => server.close() };
}

/**
 * Shows each document in a frame of its own.
 *
 * @param {string[]} documents pages of HTML
 * @param {{sandbox?: string}} frame attributes of the frames; without a sandbox they may do what a page may
 * @returns {Promise<{ran: number, requests: string[], bodies: string[]}>} how often a canary was called, which
 *   addresses were asked for, and what the browser made of each document, where it can be read
 */
async function show(browser, server, documents, { sandbox } = {}) {
  const seen = { ran: 0, requests: [], bodies: [] };
  server.requests.length = 0;
  const context = await browser.newContext();
  await context.exposeBinding('canary', () => {
    seen.ran += 1;
  });
  for (let begin = 0; begin < documents.length; begin += MAILS) {
    const page = await context.newPage();
    page.on('dialog', (dialog) => dialog.dismiss());
    await page.evaluate(draw, [documents.slice(begin, begin + MAILS), sandbox, LONGEST]);
    await page.waitForTimeout(AFTERWARDS);
    if (sandbox === undefined) seen.bodies.push(...(await page.evaluate(readBodies)));
    await page.close();
  }
  await context.close();
  seen.requests.push(...server.requests);
  return seen;
}

function draw([documents, sandbox, longest]) {
  const drawn = documents.map(
    (text) =>
      new Promise((resolve) => {
        const frame = document.createElement('iframe');
        if (sandbox !== undefined) frame.setAttribute('sandbox', sandbox);
        frame.referrerPolicy = 'no-referrer';
        frame.onload = resolve;
        frame.srcdoc = text;
        document.body.append(frame);
      }),
  );
  return Promise.race([Promise.all(drawn), new Promise((resolve) => setTimeout(resolve, longest))]).then(
    () => undefined,
  );
}

function readBodies() {
  return [...document.querySelectorAll('iframe')].map(
    (frame) => frame.contentDocument?.body?.innerHTML ?? null,
  );
}
