// One of two server processes in which every mailbox is wanted at once: run by the test of renewals. Its only argument is JSON:
// the database, and one mail of each mailbox. Begins when it is told to, so that both begin together.
import process from 'node:process';
import { once } from 'node:events';
import { openModule } from './module.mjs';

/** How many users ask at the same time. */
const AT_ONCE = 16;

const { database, mails } = JSON.parse(process.argv[2]);
const module = await openModule(database);
const failures = [];

process.send({ ready: true });
await once(process, 'message');
let isOver = false;
const schedule = (async () => {
  while (!isOver) await module.step().catch(note);
})();
const queue = [...mails];
await Promise.all(
  Array.from({ length: AT_ONCE }, async () => {
    for (let id = queue.shift(); id !== undefined; id = queue.shift())
      await module.call('messageSetReaded', { mailIds: [id], isRead: true }).catch(note);
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
