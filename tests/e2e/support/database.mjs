// A site's database, for what no page and no action does.
import { createRequire } from 'node:module';
import path from 'node:path';
import { js } from '../../../js/tools/common/paths.mjs';
import { DATABASE } from '../../../js/tools/demo/instance.mjs';

const pg = createRequire(path.join(js, 'package.json'))('pg');

/** Works with a client of the site's database. */
export async function inDatabase({ postgres: { port, user, password } }, work) {
  const client = new pg.Client({ host: '127.0.0.1', port, user, password, database: DATABASE });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
