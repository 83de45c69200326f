// A process with the intrinsics frozen as NocoBase freezes them, in which the fetcher asks an https server: run by the tests.
import process from 'node:process';
import { loadServer, requireNocobase } from './nocobase.mjs';

const [origin] = process.argv.slice(2);
const requireHost = await requireNocobase();
requireHost('@nocobase/utils').lockdownSes();
if (!Object.isFrozen(Object.prototype)) throw new Error('nothing is frozen');
const { Fetcher } = await loadServer('fetcher.ts', requireHost);

const here = (hostname, options, callback) =>
  callback(null, options.all ? [{ address: '127.0.0.1', family: 4 }] : '127.0.0.1', 4);
const fetcher = new Fetcher([], here);
const outcomes = [];
for (const isPrivate of [true, false]) {
  fetcher.allow([{ origin, private: isPrivate }]);
  const request = new Request(`${origin}/gzip`, { method: 'POST', body: 'a=1' });
  const outcome = fetcher.fetch(request, { timeoutMs: 5000, maxBytes: 1000 });
  outcomes.push(await outcome.then((response) => response.text()).catch(({ code }) => code));
}
fetcher.close();
process.stdout.write(`${JSON.stringify(outcomes)}\n`);
