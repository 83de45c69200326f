// The promises of the module's storage, kept by NocoBase's Database: what is written.
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'node:test';
import { insertion } from './insertion.mjs';
import { collection, describeThings, manifest } from './things.mjs';

describeThings('storage', (things) => {
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
    assert.equal(await things.insert(row), true);
    const [{ id, createdAt, updatedAt, ...stored }] = await things.find();
    assert.deepEqual(stored, row);
    assert.equal(Number.isSafeInteger(id), true);
    assert.equal(new Date(createdAt).toISOString(), createdAt);
    assert.equal(updatedAt, createdAt);
  });

  test('null and absent columns come back as null, and JSON of every kind as itself', async () => {
    await things.insert(
      things.thing('a', { tags: null, date: null }),
      things.thing('b', { tags: {} }),
      things.thing('c', { tags: [] }),
    );
    const rows = await things.find({ fields: ['tags', 'date', 'isRead'], sort: ['mailId'] });
    assert.deepEqual(rows, [
      { tags: null, date: null, isRead: null },
      { tags: {}, date: null, isRead: null },
      { tags: [], date: null, isRead: null },
    ]);
  });

  test('a violated unique index undoes the whole batch and is an error without values', async () => {
    await things.insert(things.thing('taken'));
    const operations = [
      insertion(collection, things.thing('new')),
      insertion(collection, things.thing('taken', { subject: 'private words' })),
    ];
    await assert.rejects(things.storage.commit(operations), (error) => {
      assert.equal(error.code, 'storage_failed');
      assert.match(error.message, /^SequelizeUniqueConstraintError/);
      assert.doesNotMatch(JSON.stringify({ ...error, text: String(error.stack) }), /private words/);
      return true;
    });
    assert.deepEqual(await things.mailIds({}), ['taken']);
  });

  test('an expectation that fails undoes what came before it', async () => {
    await things.insert(things.thing('a', { position: 1 }));
    const claim = (position, next) =>
      things.storage.commit([
        insertion(collection, things.thing(`by ${next}`)),
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
    assert.deepEqual(await things.mailIds({}), ['a', 'by 2']);
    const gone = { kind: 'delete', collection, filter: { mailId: { $eq: 'nobody' } }, expect: 1 };
    assert.equal(await things.storage.commit([{ ...gone, filter: {}, expect: null }, gone]), false);
    assert.equal(await things.storage.count(collection, {}), 2);
  });

  test('of many that swap the same row at once exactly one succeeds', async () => {
    await things.insert(things.thing('lease', { position: 0 }));
    const swap = (position) =>
      things.storage.commit([
        { kind: 'update', collection, filter: { position: { $eq: 0 } }, values: { position }, expect: 1 },
      ]);
    const outcomes = await Promise.all([1, 2, 3, 4, 5, 6].map(swap));
    assert.equal(outcomes.filter(Boolean).length, 1);
    const [{ position }] = await things.find();
    assert.equal(position, outcomes.indexOf(true) + 1);
  });

  if (things.dialect === 'postgres')
    test('a batch that the database gives up for the sake of another is written all the same', async () => {
      await things.insert(things.thing('a'), things.thing('b'));
      const table = things.db.getCollection(collection).quotedTableName();
      const take = (mailId, transaction) =>
        things.db.sequelize.query(`UPDATE ${table} SET position = 1 WHERE mail_id = '${mailId}'`, {
          transaction,
        });
      const other = await things.db.sequelize.transaction();
      await take('b', other);
      const change = (mailId) => ({
        kind: 'update',
        collection,
        filter: { mailId: { $eq: mailId } },
        values: { subject: 'changed' },
        expect: 1,
      });
      const changed = things.storage.commit([change('a'), change('b')]);
      // It waits for b first, and so is the one that the database gives up.
      await sleep(300);
      await take('a', other);
      await other.commit();
      assert.equal(await changed, true);
      assert.deepEqual(
        (await things.find()).map(({ subject, position }) => [subject, position]),
        [
          ['changed', 1],
          ['changed', 1],
        ],
      );
    });

  test('an update finds a row that is as it is to be', async () => {
    await things.insert(things.thing('a', { isRead: true }));
    const again = (mailId) =>
      things.storage.commit([
        {
          kind: 'update',
          collection,
          filter: { mailId: { $eq: mailId } },
          values: { isRead: true },
          expect: 1,
        },
      ]);
    assert.deepEqual([await again('a'), await again('a'), await again('b')], [true, true, false]);
  });

  test('an upsert replaces the columns it names, keeps the others, the id and the time of creation', async () => {
    await things.insert(things.thing('a', { secret: 'kept', isRead: false, tags: ['old'] }));
    const [before] = await things.find();
    // PostgreSQL counts finer than whole seconds.
    await sleep(things.dialect === 'postgres' ? 5 : 1_100);
    const rows = [
      { accountId: 1, mailId: 'a', isRead: true, tags: null },
      { accountId: 1, mailId: 'b', isRead: false, tags: ['new'] },
    ];
    assert.equal(
      await things.storage.commit([
        { ...insertion(collection, ...rows), kind: 'upsert', key: ['accountId', 'mailId'] },
      ]),
      true,
    );
    const [first, second, ...more] = await things.find({ sort: ['mailId'] });
    assert.deepEqual({ ...first, updatedAt: null }, { ...before, isRead: true, tags: null, updatedAt: null });
    assert.ok(first.updatedAt > before.updatedAt);
    assert.deepEqual([second.isRead, second.tags, more.length], [false, ['new'], 0]);
  });

  test('more rows than one statement takes are still one batch', async () => {
    const rows = Array.from({ length: 250 }, (_, index) =>
      things.thing(`m${String(index).padStart(3, '0')}`),
    );
    await assert.rejects(things.insert(...rows, rows[0]));
    assert.equal(await things.storage.count(collection, {}), 0);
    assert.equal(await things.insert(...rows), true);
    assert.equal(await things.storage.count(collection, {}), 250);
  });

  test('an index that a process left unfinished is made again', async (context) => {
    if (things.dialect !== 'postgres') return context.skip('only PostgreSQL has indexes of words');
    const ask = async (sql) => (await things.db.sequelize.query(sql))[0];
    const state = () =>
      ask("SELECT indexrelid, indisvalid FROM pg_index WHERE indexrelid = 'things_subject_words'::regclass");
    await things.storage.index(manifest.collections);
    const [{ indexrelid: first }] = await state();
    await ask(`UPDATE pg_index SET indisvalid = false WHERE indexrelid = ${first}`);
    await things.storage.index(manifest.collections);
    const [{ indexrelid: second, indisvalid }] = await state();
    assert.ok(indisvalid);
    assert.notEqual(second, first);
    await things.storage.index(manifest.collections);
    assert.equal((await state())[0].indexrelid, second);
  });

  test('only declared columns, operators and collections are taken', async () => {
    const attempts = [
      () => things.find({ filter: { nothing: { $eq: 1 } } }),
      () => things.find({ filter: { __proto__: null, constructor: { $eq: 1 } } }),
      () => things.find({ filter: { mailId: { $regexp: '.*' } } }),
      () => things.find({ filter: { 'user.password': { $eq: 1 } } }),
      () => things.find({ filter: { mailId: 'a' } }),
      () => things.find({ sort: ['nothing'] }),
      () => things.find({ fields: ['nothing'] }),
      () => things.find({ collection: 'users' }),
      () => things.insert({ accountId: 1, mailId: 'x', nothing: 1 }),
      () =>
        things.storage.commit([
          { kind: 'update', collection, filter: {}, values: { nothing: 1 }, expect: null },
        ]),
      () => things.storage.commit([{ kind: 'delete', collection: 'users', filter: {}, expect: null }]),
    ];
    for (const attempt of attempts) await assert.rejects(attempt, String(attempt));
    assert.equal(await things.storage.count(collection, {}), 0);
  });
});
