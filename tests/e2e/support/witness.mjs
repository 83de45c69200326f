// What the open pages showed when a test failed: all that is left to read where nobody can look at a picture.
import { afterEach } from 'node:test';

/** Characters of a page that are told. */
const TOLD = 6_000;

const witnessed = new Set();

/** Its pages are told of from now on, until it is closed. */
export function witness(context) {
  witnessed.add(context);
  context.on('close', () => witnessed.delete(context));
}

afterEach(async (test) => {
  if (test.passed !== false) return;
  for (const page of [...witnessed].flatMap((context) => context.pages())) console.log(await told(page));
});

async function told(page) {
  try {
    const shown = await page.locator('body').ariaSnapshot({ timeout: 5_000 });
    // What is open above a page is the last in it.
    const text = shown.length > TOLD ? `…${shown.slice(-TOLD)}` : shown;
    return `── ${page.url()} showed\n${text}`;
  } catch (error) {
    return `── ${page.url()} could not be looked at: ${error.message}`;
  }
}
