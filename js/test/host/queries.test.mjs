// The promises of the module's storage, kept by NocoBase's Database: what is found.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { collection, describeThings, manifest } from './things.mjs';

describeThings('queries', (things) => {
  test('filters mean what they say', async () => {
    await things.insert(
      things.thing('a', {
        position: 1,
        isRead: true,
        date: '2026-01-01T00:00:00.000Z',
        subject: 'One 100% \\o/',
      }),
      things.thing('b', {
        position: 2,
        isRead: false,
        date: '2026-01-02T00:00:00.000Z',
        subject: 'two_three',
      }),
      things.thing('c', { position: null, isRead: null, date: null, subject: null }),
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
      assert.equal((await things.mailIds(filter)).join(''), expected, JSON.stringify(filter));
      assert.equal(await things.storage.count(collection, filter), expected.length, JSON.stringify(filter));
    }
  });

  test('sorting is total, and pages neither repeat nor skip', async () => {
    await things.insert(
      ...['c', 'a', 'e', 'b', 'd'].map((mailId, index) => things.thing(mailId, { position: index % 2 })),
    );
    const all = await things.find({ sort: ['-position'] });
    assert.deepEqual(
      all.map((row) => row.mailId),
      ['a', 'b', 'c', 'e', 'd'],
    );
    const pages = await Promise.all(
      [0, 2, 4].map((offset) => things.find({ sort: ['-position'], limit: 2, offset })),
    );
    assert.deepEqual(pages.flat(), all);
    assert.deepEqual(await things.find({ limit: 0 }), []);
  });

  const ids = (rows) => rows.map((row) => row.mailId).join('');

  test('of rows that agree the first is found, page after page behind a row', async () => {
    const at = (day) => `2026-01-0${day}T00:00:00.000Z`;
    await things.insert(
      ...[
        ['a', 1, 5],
        ['b', 1, 4],
        ['c', 2, 4],
        ['d', null, 3],
        ['e', null, 3],
        ['f', 2, 2],
        ['g', 3, 1],
      ].map(([mailId, position, day]) =>
        things.thing(mailId, { position, date: at(day), isRead: mailId < 'd' }),
      ),
    );
    const sort = ['-date', 'mailId'];
    const first = { sort, distinct: ['accountId', 'position'] };
    assert.equal(ids(await things.find(first)), 'acdeg');
    assert.equal(ids(await things.find({ ...first, limit: 2 })), 'ac');
    assert.equal(ids(await things.find({ ...first, after: [at(4), 'c'], limit: 2 })), 'de');
    assert.equal(
      ids(await things.find({ ...first, after: [at(3), 'e'] })),
      'g',
      'f comes with c, on a page before',
    );
    assert.equal(ids(await things.find({ ...first, filter: { mailId: { $ne: 'a' } } })), 'bcdeg');
    assert.equal(ids(await things.find({ sort, after: [at(4), 'b'], limit: 2 })), 'cd');
    assert.deepEqual(await things.find({ ...first, counted: [] }), [{ count: 5 }]);
    const counted = await things.find({ counted: ['isRead'], filter: { accountId: { $eq: 1 } } });
    assert.deepEqual(
      counted.sort((one, other) => one.count - other.count),
      [
        { isRead: true, count: 3 },
        { isRead: false, count: 4 },
      ],
    );
    assert.deepEqual(await things.find({ counted: [], filter: { mailId: { $eq: 'z' } } }), [{ count: 0 }]);
  });

  test('words are found from their beginning, several in their order', async () => {
    await things.storage.index(manifest.collections);
    await things.storage.index(manifest.collections);
    await things.insert(
      things.thing('a', { subject: ' f:anna quarterly report 你 好 ' }),
      things.thing('b', { subject: ' report quarterly reporting ' }),
      things.thing('c', { subject: ' ' }),
      things.thing('d', { subject: null }),
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
      assert.equal((await things.mailIds({ subject: { $words: words } })).join(''), expected, words);
    }
    await assert.rejects(things.find({ filter: { subject: { $words: 1 } } }));
  });

  test('rows are found by what is in a list of theirs, by an index where the database has one', async () => {
    await things.storage.index(manifest.collections);
    await things.insert(
      things.thing('a', { tags: ['INBOX', 'Label_1'] }),
      things.thing('b', { tags: ['Label_10'] }),
      things.thing('c', { tags: [] }),
      things.thing('d', { tags: null }),
      things.thing('e', { tags: ['o\'neil \\ "$1"?', '邮件'] }),
    );
    const cases = [
      [['Label_1'], 'a'],
      [['Label_1', 'Label_10'], 'ab'],
      [['Label'], ''],
      [['label_1'], ''],
      [['o\'neil \\ "$1"?'], 'e'],
      [['邮件', 'INBOX'], 'ae'],
      [[], ''],
    ];
    for (const [wanted, expected] of cases) {
      const filter = { tags: { $anyOf: wanted }, accountId: { $eq: 1 } };
      assert.equal((await things.mailIds(filter)).join(''), expected, wanted.join());
      assert.equal(await things.storage.count(collection, filter), expected.length, wanted.join());
    }
    for (const wrong of ['INBOX', [1], [null], null])
      await assert.rejects(things.find({ filter: { tags: { $anyOf: wrong } } }), /expected|needs texts/);
    if (things.dialect !== 'postgres') return;
    await things.db.sequelize.transaction(async (transaction) => {
      await things.db.sequelize.query('SET LOCAL enable_seqscan = off', { transaction });
      const sql = `EXPLAIN SELECT id FROM things WHERE (tags::jsonb) ?| $1::text[]`;
      const [plan] = await things.db.sequelize.query(sql, { bind: [['Label_1']], transaction });
      assert.match(JSON.stringify(plan), /things_tags_entries/);
    });
  });

  test('rows with the same list are counted together', async () => {
    await things.insert(
      things.thing('a', { tags: ['INBOX', 'Label_1'], isRead: false }),
      things.thing('b', { tags: ['INBOX', 'Label_1'], isRead: false }),
      things.thing('c', { tags: [], isRead: false }),
      things.thing('d', { tags: null, isRead: true }),
    );
    const counted = await things.find({ counted: ['tags', 'isRead'] });
    assert.deepEqual(
      counted.sort((one, other) => JSON.stringify(one).localeCompare(JSON.stringify(other))),
      [
        { tags: [], isRead: false, count: 1 },
        { tags: ['INBOX', 'Label_1'], isRead: false, count: 2 },
        { tags: null, isRead: true, count: 1 },
      ].sort((one, other) => JSON.stringify(one).localeCompare(JSON.stringify(other))),
    );
  });
});
