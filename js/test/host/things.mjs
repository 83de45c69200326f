// A collection in NocoBase's Database, with the module's storage on it, on every dialect that runs here.
import { after, before, beforeEach, describe } from 'node:test';
import { insertion } from './insertion.mjs';
import { availableDialects, loadServer, requireNocobase } from './nocobase.mjs';

export const collection = 'things';

export const manifest = {
  namespace: 'things',
  collections: [
    {
      name: collection,
      title: 'Things',
      fields: [
        { name: 'accountId', type: 'bigInt' },
        { name: 'mailId', type: 'string' },
        { name: 'subject', type: 'text' },
        { name: 'isRead', type: 'boolean' },
        { name: 'date', type: 'datetimeTz' },
        { name: 'position', type: 'integer' },
        { name: 'tags', type: 'json' },
        { name: 'secret', type: 'text', hidden: true },
      ],
      indexes: [
        { fields: ['accountId', 'mailId'], unique: true },
        { fields: ['date'], unique: false },
        { fields: ['subject'], unique: false, words: true },
        { fields: ['tags'], unique: false, entries: true },
      ],
    },
  ],
};

const requireHost = await requireNocobase();

/**
 * Has `define` name tests once for each dialect. What it gets has `db`, `storage` and `running` as soon as tests run, and
 * finds no rows when one begins.
 */
export function describeThings(title, define) {
  for (const [dialect, start] of Object.entries(availableDialects(requireHost))) {
    describe(`${title} on ${dialect}`, () => {
      const things = {
        dialect,
        thing: (mailId, columns = {}) => ({ accountId: 1, mailId, subject: mailId, ...columns }),
        insert: (...rows) => things.storage.commit([insertion(collection, ...rows)]),
        find: (query = {}) =>
          things.storage.find({
            collection,
            filter: {},
            fields: [],
            sort: [],
            limit: null,
            offset: 0,
            after: null,
            distinct: [],
            counted: null,
            ...query,
          }),
        mailIds: async (filter) => (await things.find({ filter, sort: ['mailId'] })).map((row) => row.mailId),
      };

      before(async () => {
        things.running = await start();
        const { Database } = requireHost('@nocobase/database');
        const { Storage } = await loadServer('storage.ts', requireHost);
        const { defineCollections } = await loadServer('collections.ts', requireHost);
        const underscored = dialect === 'postgres';
        things.db = new Database({ ...things.running.options, logging: false, underscored });
        defineCollections(things.db, manifest);
        await things.db.sync();
        things.storage = new Storage(things.db, [collection]);
      });

      after(async () => {
        await things.db?.close();
        await things.running?.stop();
      });

      beforeEach(() => things.storage.commit([{ kind: 'delete', collection, filter: {}, expect: null }]));

      define(things);
    });
  }
}
