// One of two server processes in which every mailbox is wanted at once: run by the test of renewals. Its only argument is JSON:
// the database and the mailboxes. Begins when it is told to, so that both begin together.
import process from 'node:process';
import { once } from 'node:events';
import { openModule } from './module.mjs';

/** How many users ask at the same time. */
const AT_ONCE = 16;
/** A mail that nothing here knows: only the provider can answer. */
const NOWHERE = '<nowhere@nowhere.example>';

const { database, mailboxes } = JSON.parse(process.argv[2]);
const module = await openModule(database);
const failures = [];

process.send({ ready: true });
await once(process, 'message');
let isOver = false;
const schedule = (async () => {
  while (!isOver) await module.step().catch(note);
})();
const queue = [...mailboxes];
await Promise.all(
  Array.from({ length: AT_ONCE }, async () => {
    for (let mailbox = queue.shift(); mailbox !== undefined; mailbox = queue.shift())
      await module.call('explainMessage', { ...mailbox, messageId: NOWHERE }).catch(note);
  }),
);
isOver = true;
await schedule;
await module.close();
process.send({ failures });
process.disconnect();

function note({ code, message }) {
  failures.push(`${code}: ${message}`);
}
