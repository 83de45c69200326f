// The promises of the module's storage, kept by NocoBase's Database on every dialect that runs here.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { insertion } from './insertion.mjs';
import { availableDialects, loadServer, requireNocobase } from './nocobase.mjs';

const collection = 'things';

const manifest = {
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
      ],
    },
  ],
};

const requireHost = await requireNocobase();

for (const [dialect, start] of Object.entries(availableDialects(requireHost))) {
  describe(`storage on ${dialect}`, () => {
    let running, db, storage;

    before(async () => {
      running = await start();
      const { Database } = requireHost('@nocobase/database');
      const { Storage } = await loadServer('storage.ts', requireHost);
      const { defineCollections } = await loadServer('collections.ts', requireHost);
      db = new Database({ ...running.options, logging: false, underscored: dialect === 'postgres' });
      defineCollections(db, manifest);
      await db.sync();
      storage = new Storage(db, [collection]);
    });

    after(async () => {
      await db?.close();
      await running?.stop();
    });

    beforeEach(() => storage.commit([{ kind: 'delete', collection, filter: {}, expect: null }]));

    const thing = (mailId, columns = {}) => ({ accountId: 1, mailId, subject: mailId, ...columns });
    const insert = (...rows) => storage.commit([insertion(collection, ...rows)]);
    const find = (query = {}) =>
      storage.find({
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
      });
    const mailIds = async (filter) => (await find({ filter, sort: ['mailId'] })).map((row) => row.mailId);

    test('a row comes back as the plain JSON that went in', async () => {
      const row = {
        accountId: 9007199254740991,
        mailId: 'm1',
        subject: "It's 100% {{true}} $1 ?  \\ \n 邮件 😀",
        isRead: false,
        date: '2026-03-01T12:00:00.123Z',
        position: -5,
        tags: [{ name: "O'Neil", list: [1, null, true] }],
        secret: 'sealed',
      };
      assert.equal(await insert(row), true);
      const [{ id, createdAt, updatedAt, ...stored }] = await find();
      assert.deepEqual(stored, row);
      assert.equal(Number.isSafeInteger(id), true);
      assert.equal(new Date(createdAt).toISOString(), createdAt);
      assert.equal(updatedAt, createdAt);
    });

    test('null and absent columns come back as null, and JSON of every kind as itself', async () => {
      await insert(
        thing('a', { tags: null, date: null }),
        thing('b', { tags: {} }),
        thing('c', { tags: [] }),
      );
      const rows = await find({ fields: ['tags', 'date', 'isRead'], sort: ['mailId'] });
      assert.deepEqual(rows, [
        { tags: null, date: null, isRead: null },
        { tags: {}, date: null, isRead: null },
        { tags: [], date: null, isRead: null },
      ]);
    });

    test('a violated unique index undoes the whole batch and is an error without values', async () => {
      await insert(thing('taken'));
      const operations = [
        insertion(collection, thing('new')),
        insertion(collection, thing('taken', { subject: 'private words' })),
      ];
      await assert.rejects(storage.commit(operations), (error) => {
        assert.equal(error.code, 'storage_failed');
        assert.match(error.message, /^SequelizeUniqueConstraintError/);
        assert.doesNotMatch(JSON.stringify({ ...error, text: String(error.stack) }), /private words/);
        return true;
      });
      assert.deepEqual(await mailIds({}), ['taken']);
    });

    test('an expectation that fails undoes what came before it', async () => {
      await insert(thing('a', { position: 1 }));
      const claim = (position, next) =>
        storage.commit([
          insertion(collection, thing(`by ${next}`)),
          {
            kind: 'update',
            collection,
            filter: { position: { $eq: position } },
            values: { position: next },
            expect: 1,
          },
        ]);
      assert.equal(await claim(1, 2), true);
      assert.equal(await claim(1, 3), false);
      assert.deepEqual(await mailIds({}), ['a', 'by 2']);
      const gone = { kind: 'delete', collection, filter: { mailId: { $eq: 'nobody' } }, expect: 1 };
      assert.equal(await storage.commit([{ ...gone, filter: {}, expect: null }, gone]), false);
      assert.equal(await storage.count(collection, {}), 2);
    });

    test('of many that swap the same row at once exactly one succeeds', async () => {
      await insert(thing('lease', { position: 0 }));
      const swap = (position) =>
        storage.commit([
          { kind: 'update', collection, filter: { position: { $eq: 0 } }, values: { position }, expect: 1 },
        ]);
      const outcomes = await Promise.all([1, 2, 3, 4, 5, 6].map(swap));
      assert.equal(outcomes.filter(Boolean).length, 1);
      const [{ position }] = await find();
      assert.equal(position, outcomes.indexOf(true) + 1);
    });

    if (dialect === 'postgres')
      test('a batch that the database gives up for the sake of another is written all the same', async () => {
        await insert(thing('a'), thing('b'));
        const table = db.getCollection(collection).quotedTableName();
        const take = (mailId, transaction) =>
          db.sequelize.query(`UPDATE ${table} SET position = 1 WHERE mail_id = '${mailId}'`, { transaction });
        const other = await db.sequelize.transaction();
        await take('b', other);
        const change = (mailId) => ({
          kind: 'update',
          collection,
          filter: { mailId: { $eq: mailId } },
          values: { subject: 'changed' },
          expect: 1,
        });
        const changed = storage.commit([change('a'), change('b')]);
        // It waits for b first, and so is the one that the database gives up.
        await new Promise((resolve) => setTimeout(resolve, 300));
        await take('a', other);
        await other.commit();
        assert.equal(await changed, true);
        assert.deepEqual(
          (await find()).map(({ subject, position }) => [subject, position]),
          [
            ['changed', 1],
            ['changed', 1],
          ],
        );
      });

    test('an upsert replaces the columns it names, keeps the others, the id and the time of creation', async () => {
      await insert(thing('a', { secret: 'kept', isRead: false, tags: ['old'] }));
      const [before] = await find();
      await new Promise((resolve) => setTimeout(resolve, 5));
      const rows = [
        { accountId: 1, mailId: 'a', isRead: true, tags: null },
        { accountId: 1, mailId: 'b', isRead: false, tags: ['new'] },
      ];
      assert.equal(
        await storage.commit([
          { ...insertion(collection, ...rows), kind: 'upsert', key: ['accountId', 'mailId'] },
        ]),
        true,
      );
      const [first, second, ...more] = await find({ sort: ['mailId'] });
      assert.deepEqual(
        { ...first, updatedAt: null },
        { ...before, isRead: true, tags: null, updatedAt: null },
      );
      assert.ok(first.updatedAt > before.updatedAt);
      assert.deepEqual([second.isRead, second.tags, more.length], [false, ['new'], 0]);
    });

    test('more rows than one statement takes are still one batch', async () => {
      const rows = Array.from({ length: 250 }, (_, index) => thing(`m${String(index).padStart(3, '0')}`));
      await assert.rejects(insert(...rows, rows[0]));
      assert.equal(await storage.count(collection, {}), 0);
      assert.equal(await insert(...rows), true);
      assert.equal(await storage.count(collection, {}), 250);
    });

    test('filters mean what they say', async () => {
      await insert(
        thing('a', { position: 1, isRead: true, date: '2026-01-01T00:00:00.000Z', subject: 'One 100% \\o/' }),
        thing('b', { position: 2, isRead: false, date: '2026-01-02T00:00:00.000Z', subject: 'two_three' }),
        thing('c', { position: null, isRead: null, date: null, subject: null }),
      );
      const cases = [
        [{}, 'abc'],
        [{ mailId: { $eq: 'b' } }, 'b'],
        [{ position: { $eq: null } }, 'c'],
        [{ position: { $ne: 1 } }, 'bc'],
        [{ position: { $ne: null } }, 'ab'],
        [{ mailId: { $in: ['a', 'c', 'z'] } }, 'ac'],
        [{ mailId: { $in: [] } }, ''],
        [{ position: { $in: [2, null] } }, 'bc'],
        [{ position: { $notIn: [1] } }, 'bc'],
        [{ position: { $notIn: [1, null] } }, 'b'],
        [{ position: { $notIn: [] } }, 'abc'],
        [{ position: { $gt: 1 } }, 'b'],
        [{ position: { $gte: 1, $lt: 2 } }, 'a'],
        [{ date: { $lte: '2026-01-01T00:00:00Z' } }, 'a'],
        [{ date: { $gt: '2026-01-01T01:00:00+01:00' } }, 'b'],
        [{ date: { $eq: '2026-01-02T01:00:00+01:00' } }, 'b'],
        [{ isRead: { $eq: false } }, 'b'],
        [{ subject: { $includes: 'ONE' } }, 'a'],
        [{ subject: { $includes: '%' } }, 'a'],
        [{ subject: { $includes: '\\' } }, 'a'],
        [{ subject: { $includes: '_' } }, 'b'],
        [{ subject: { $includes: "'" } }, ''],
        [{ $or: [] }, ''],
        [{ $or: [{ mailId: { $eq: 'a' } }, {}] }, 'abc'],
        [{ $and: [{}, { $or: [{ $and: [] }, { mailId: { $eq: 'a' } }] }] }, 'abc'],
        [
          { $or: [{ mailId: { $eq: 'a' } }, { $and: [{ mailId: { $eq: 'b' } }, { position: { $eq: 2 } }] }] },
          'ab',
        ],
        [
          {
            $and: [{ $or: [{ position: { $eq: 1 } }, { position: { $eq: 2 } }] }, { isRead: { $ne: true } }],
          },
          'b',
        ],
      ];
      for (const [filter, expected] of cases) {
        assert.equal((await mailIds(filter)).join(''), expected, JSON.stringify(filter));
        assert.equal(await storage.count(collection, filter), expected.length, JSON.stringify(filter));
      }
    });

    test('sorting is total, and pages neither repeat nor skip', async () => {
      await insert(
        ...['c', 'a', 'e', 'b', 'd'].map((mailId, index) => thing(mailId, { position: index % 2 })),
      );
      const all = await find({ sort: ['-position'] });
      assert.deepEqual(
        all.map((row) => row.mailId),
        ['a', 'b', 'c', 'e', 'd'],
      );
      const pages = await Promise.all(
        [0, 2, 4].map((offset) => find({ sort: ['-position'], limit: 2, offset })),
      );
      assert.deepEqual(pages.flat(), all);
      assert.deepEqual(await find({ limit: 0 }), []);
    });

    const ids = (rows) => rows.map((row) => row.mailId).join('');

    test('of rows that agree the first is found, page after page behind a row', async () => {
      const at = (day) => `2026-01-0${day}T00:00:00.000Z`;
      await insert(
        ...[
          ['a', 1, 5],
          ['b', 1, 4],
          ['c', 2, 4],
          ['d', null, 3],
          ['e', null, 3],
          ['f', 2, 2],
          ['g', 3, 1],
        ].map(([mailId, position, day]) => thing(mailId, { position, date: at(day), isRead: mailId < 'd' })),
      );
      const sort = ['-date', 'mailId'];
      const first = { sort, distinct: ['accountId', 'position'] };
      assert.equal(ids(await find(first)), 'acdeg');
      assert.equal(ids(await find({ ...first, limit: 2 })), 'ac');
      assert.equal(ids(await find({ ...first, after: [at(4), 'c'], limit: 2 })), 'de');
      assert.equal(
        ids(await find({ ...first, after: [at(3), 'e'] })),
        'g',
        'f comes with c, on a page before',
      );
      assert.equal(ids(await find({ ...first, filter: { mailId: { $ne: 'a' } } })), 'bcdeg');
      assert.equal(ids(await find({ sort, after: [at(4), 'b'], limit: 2 })), 'cd');
      assert.deepEqual(await find({ ...first, counted: [] }), [{ count: 5 }]);
      const counted = await find({ counted: ['isRead'], filter: { accountId: { $eq: 1 } } });
      assert.deepEqual(
        counted.sort((one, other) => one.count - other.count),
        [
          { isRead: true, count: 3 },
          { isRead: false, count: 4 },
        ],
      );
      assert.deepEqual(await find({ counted: [], filter: { mailId: { $eq: 'z' } } }), [{ count: 0 }]);
    });

    test('words are found from their beginning, several in their order', async () => {
      await storage.index(manifest.collections);
      await storage.index(manifest.collections);
      await insert(
        thing('a', { subject: ' f:anna quarterly report 你 好 ' }),
        thing('b', { subject: ' report quarterly reporting ' }),
        thing('c', { subject: ' ' }),
        thing('d', { subject: null }),
      );
      const cases = [
        [' report', 'ab'],
        [' report ', 'ab'],
        [' reporting ', 'b'],
        [' quarterly report', 'ab'],
        [' quarterly report ', 'a'],
        [' port', ''],
        [' f:an', 'a'],
        [' 你 好', 'a'],
        [" o'clock ", ''],
        [' % ', ''],
      ];
      for (const [words, expected] of cases) {
        assert.equal((await mailIds({ subject: { $words: words } })).join(''), expected, words);
      }
      await assert.rejects(find({ filter: { subject: { $words: 1 } } }));
    });

    test('an index that a process left unfinished is made again', async (context) => {
      if (dialect !== 'postgres') return context.skip('only PostgreSQL has indexes of words');
      const ask = async (sql) => (await db.sequelize.query(sql))[0];
      const state = () =>
        ask(
          "SELECT indexrelid, indisvalid FROM pg_index WHERE indexrelid = 'things_subject_words'::regclass",
        );
      await storage.index(manifest.collections);
      const [{ indexrelid: first }] = await state();
      await ask(`UPDATE pg_index SET indisvalid = false WHERE indexrelid = ${first}`);
      await storage.index(manifest.collections);
      const [{ indexrelid: second, indisvalid }] = await state();
      assert.ok(indisvalid);
      assert.notEqual(second, first);
      await storage.index(manifest.collections);
      assert.equal((await state())[0].indexrelid, second);
    });

    test('only declared columns, operators and collections are taken', async () => {
      const attempts = [
        () => find({ filter: { nothing: { $eq: 1 } } }),
        () => find({ filter: { __proto__: null, constructor: { $eq: 1 } } }),
        () => find({ filter: { mailId: { $regexp: '.*' } } }),
        () => find({ filter: { 'user.password': { $eq: 1 } } }),
        () => find({ filter: { mailId: 'a' } }),
        () => find({ sort: ['nothing'] }),
        () => find({ fields: ['nothing'] }),
        () => find({ collection: 'users' }),
        () => insert({ accountId: 1, mailId: 'x', nothing: 1 }),
        () =>
          storage.commit([{ kind: 'update', collection, filter: {}, values: { nothing: 1 }, expect: null }]),
        () => storage.commit([{ kind: 'delete', collection: 'users', filter: {}, expect: null }]),
      ];
      for (const attempt of attempts) await assert.rejects(attempt, String(attempt));
      assert.equal(await storage.count(collection, {}), 0);
    });
  });
}
