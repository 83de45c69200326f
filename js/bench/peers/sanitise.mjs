// The HTML of the same mails made harmless by one sanitiser: the plugin's, sanitize-html by rules like the plugin's, or
// DOMPurify by its defaults on jsdom, as servers use it. Reading the mails is not counted.
import { createRequire } from 'node:module';
import process from 'node:process';
import PostalMime from 'postal-mime';
import { download } from './download.mjs';

const sanitisers = {
  ours: async (module) => createRequire(import.meta.url)(module).sanitise,
  'sanitize-html': async () => {
    const [{ default: sanitizeHtml }, { RULES }] = await Promise.all([
      import('sanitize-html'),
      import('./rules.mjs'),
    ]);
    return (html) => sanitizeHtml(html, RULES);
  },
  dompurify: async () => {
    const [{ default: createDOMPurify }, { JSDOM }] = await Promise.all([
      import('dompurify'),
      import('jsdom'),
    ]);
    const purify = createDOMPurify(new JSDOM('').window);
    return (html) => purify.sanitize(html);
  },
};

const { sanitiser, module, ...mailbox } = JSON.parse(process.argv[2]);
const sources = await download(mailbox);
const mails = (await Promise.all(sources.map((source) => PostalMime.parse(source))))
  .map(({ html }) => html)
  .filter(Boolean);
const sanitise = await sanitisers[sanitiser](module);
// The first time is not counted: the engine translates what is used often.
sanitiseAll();
const begun = performance.now();
const written = sanitiseAll();
const seconds = (performance.now() - begun) / 1e3;
const characters = mails.reduce((sum, html) => sum + html.length, 0);
// What makes everything harmless by leaving nothing is no peer.
if (written < characters / 4) throw new Error(`${sanitiser} has left ${written} of ${characters} characters`);
process.stdout.write(JSON.stringify({ seconds, mails: mails.length }));

function sanitiseAll() {
  return mails.reduce((sum, html) => sum + sanitise(html).length, 0);
}
