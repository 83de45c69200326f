// The small decisions of the pages.
import assert from 'node:assert/strict';
import test, { mock } from 'node:test';
import { load } from './load.mjs';

const { startDateOf } = await load('accounts/startDate.ts');
const { percentOf } = await load('accounts/progress.ts');
const { countsOf } = await load('centre/boxes.ts');
const { filterOf, pathOf, readPlace } = await load('centre/place.ts');
const { fileSize, hueOf, initials, personName, personText, shortDate, timeAgo } =
  await load('shared/format.ts');
const { span } = await load('synchronization/span.ts');
const { throttle } = await load('shared/throttle.ts');
const { copy, isSame } = await load('settings/values.ts');
const { renderTemplates } = await load('settings/templates.ts');
const { toMailError } = await load('host/error.ts');

test('a start date is the beginning of a day, and months have their own lengths', () => {
  const now = new Date(2026, 4, 31, 15, 30);
  assert.equal(startDateOf('30days', now, null), new Date(2026, 4, 1).toISOString());
  assert.equal(startDateOf('3months', now, null), new Date(2026, 1, 28).toISOString());
  assert.equal(startDateOf('1year', now, null), new Date(2025, 4, 31).toISOString());
  assert.equal(startDateOf('everything', now, null), null);
  assert.equal(startDateOf('date', now, new Date(2024, 1, 29, 9)), new Date(2024, 1, 29).toISOString());
});

test('progress is an estimate until the server says that it is done', () => {
  const sync = (stored, total, done = false) => ({ phase: 'listing', stored, total, done });
  assert.equal(percentOf(sync(0, null)), null);
  assert.equal(percentOf(sync(5, 0)), null);
  assert.equal(percentOf(sync(50, 200)), 25);
  assert.equal(percentOf(sync(300, 200)), 99);
  assert.equal(percentOf(sync(3, 3, true)), 100);
});

test('a length of time is told in two units at most', () => {
  assert.equal(span(0, 'en-US'), '0 sec');
  assert.equal(span(59.6, 'en-US'), '1 min');
  assert.equal(span(130, 'en-US'), '2 min 10 sec');
  assert.equal(span(7_260, 'en-US'), '2 hr 1 min');
  assert.equal(span(90_000, 'fr-FR').replace(/\s/gu, ' '), '1 j 1 h');
});

test('counts are of one mailbox or of all, and boxes unknown to the tree are left out', () => {
  const folders = [
    {
      email: 'a',
      boxes: [
        { boxType: 'in', total: 5, unread: 2 },
        { boxType: 'elsewhere', total: 9, unread: 9 },
      ],
    },
    { email: 'b', boxes: [{ boxType: 'in', total: 1, unread: 1 }] },
  ];
  assert.deepEqual(countsOf(folders, null).in, { total: 6, unread: 3 });
  assert.deepEqual(countsOf(folders, 'b').in, { total: 1, unread: 1 });
  const boxes = ['in', 'out', 'scheduled', 'mass', 'draft', 'archive', 'spam', 'trash'];
  assert.deepEqual(Object.keys(countsOf(folders, null)), boxes);
});

test('a place survives the address, and nonsense in it is ignored', () => {
  const place = {
    view: 'mail',
    box: 'spam',
    mailbox: 'a+b@c.example',
    member: 5,
    message: 7,
    todo: true,
    label: 5,
    status: 'starred',
    folder: 'AAMk/1 =&',
  };
  assert.deepEqual(readPlace(new URL(pathOf(place), 'http://x').search), place);
  assert.equal(
    pathOf({ view: 'mail', box: 'in', mailbox: null, member: null, message: null, todo: false, label: null }),
    '/admin/mail',
  );
  // A folder belongs to a mailbox.
  assert.deepEqual(readPlace('?box=../x&message=-1&member=1.5&view=y&status=read&folder=F'), {
    view: 'mail',
    box: 'in',
    mailbox: null,
    member: null,
    message: null,
    todo: false,
    label: null,
    status: null,
    folder: null,
  });
});

test('the filter names the box, and the mailbox and unread only when they are chosen', () => {
  const place = { view: 'mail', box: 'in', mailbox: null, member: null, message: 3 };
  assert.deepEqual(filterOf(place, false), { boxType: { $in: ['in'] } });
  assert.deepEqual(filterOf({ ...place, mailbox: 'a@b' }, true), {
    boxType: { $in: ['in'] },
    email: 'a@b',
    isRead: false,
  });
  assert.deepEqual(filterOf({ ...place, member: 5 }, false), { boxType: { $in: ['in'] }, userId: 5 });
  assert.deepEqual(filterOf({ ...place, todo: true }, false), { isTodo: true });
  assert.deepEqual(filterOf({ ...place, label: 5 }, false), { 'labels.id': { $in: [5] } });
  const kept = { boxType: { $notIn: ['trash', 'spam'] } };
  assert.deepEqual(filterOf({ ...place, status: 'unread' }, false), { isRead: false, ...kept });
  assert.deepEqual(filterOf({ ...place, status: 'starred' }, true), {
    isStarred: true,
    isRead: false,
    ...kept,
  });
  const folder = { ...place, mailbox: 'a@b', folder: 'F' };
  assert.deepEqual(filterOf(folder, false), { folderIds: { $anyOf: ['F'] }, email: 'a@b', ...kept });
  assert.deepEqual(filterOf(folder, false, true), { email: 'a@b' }, 'a search looks into all of the mailbox');
});

test('dates are as short as their distance allows', () => {
  const now = new Date(2026, 10, 23, 12);
  const at = (...parts) => shortDate(new Date(...parts).toISOString(), now, 'en-US').replace(/\s/g, ' ');
  assert.equal(at(2026, 10, 23, 9, 5), '9:05 AM');
  assert.equal(at(2026, 10, 22, 23), 'Sun');
  assert.equal(at(2026, 2, 1), 'Mar 1');
  assert.equal(at(2024, 2, 1), 'Mar 1, 2024');
  assert.equal(shortDate('nonsense', now, 'en-US'), '');
  assert.equal(shortDate(null, now, 'en-US'), '');
  assert.equal(timeAgo(new Date(2026, 10, 23, 11, 58).toISOString(), now, 'en-US'), '2 minutes ago');
});

test('sizes, names and initials are readable in any script', () => {
  assert.equal(fileSize(248_123, 'en-US'), '248 kB');
  assert.equal(fileSize(1_900_000, 'en-US'), '1.9 MB');
  assert.equal(fileSize(0, 'en-US'), '0 bytes');
  assert.equal(fileSize(undefined, 'en-US'), '');
  assert.equal(personName({ name: ' ', address: 'a@b' }), 'a@b');
  assert.equal(personText({ name: 'Ann Lee', address: 'a@b' }), 'Ann Lee <a@b>');
  assert.deepEqual(
    [{ address: 'a@b' }, { name: 'Ann', address: '' }, { name: null, address: null }, null].map(personText),
    ['a@b', 'Ann', '', ''],
  );
  assert.equal(initials({ name: 'Jean-Baptiste Désiré' }), 'JD');
  assert.equal(initials({ name: '李小龙' }), '李');
  assert.equal(initials({ address: 'no-reply@x.example' }), 'NR');
  assert.equal(initials({ name: '👋' }), '?');
  assert.equal(initials(null), '?');
  assert.equal(hueOf('a@b'), hueOf('a@b'));
});

test('a throttled function runs at once, and once more for all calls in between', () => {
  mock.timers.enable({ apis: ['setTimeout'] });
  let runs = 0;
  const run = throttle(() => (runs += 1), 1000);
  run();
  run();
  run();
  assert.equal(runs, 1);
  mock.timers.tick(1000);
  assert.equal(runs, 2);
  mock.timers.tick(5000);
  assert.equal(runs, 2);
  run();
  run();
  run.cancel();
  mock.timers.tick(5000);
  assert.equal(runs, 3);
  mock.timers.reset();
});

test('under calls without end a throttled function runs ever more rarely, until a period passes quietly', () => {
  mock.timers.enable({ apis: ['setTimeout'] });
  let runs = 0;
  const run = throttle(() => (runs += 1), 1000, 4000);
  run();
  for (let passed = 0; passed < 15_000; passed += 100) {
    run();
    mock.timers.tick(100);
  }
  // At 0, 1, 3, 7, 11 and 15 seconds.
  assert.equal(runs, 6);
  mock.timers.tick(4000);
  mock.timers.tick(4000);
  run();
  run();
  const before = runs;
  mock.timers.tick(1000);
  assert.equal(runs, before + 1);
  mock.timers.reset();
});

test('settings are the same when the server could not tell them apart', () => {
  assert.ok(isSame({ a: 1, b: '', c: { d: null } }, { a: 1 }));
  assert.ok(!isSame({ a: 1 }, { a: 2 }));
  assert.ok(!isSame({ enabled: false }, { enabled: true }));
  assert.ok(!isSame({ enabled: false }, {}));
  const values = { a: { b: 1 } };
  assert.deepEqual(copy(values), values);
  assert.notEqual(copy(values).a, values.a);
});

test('the templates of a schema are translated wherever they are, other expressions are not', () => {
  const schema = {
    title: '{{t("Client ID", { ns: "x" })}}',
    fields: [{ description: '{{ t("With \\"quotes\\", commas (and brackets).") }}' }],
    'x-visible': '{{$deps[0] === "a"}}',
    minimum: 1,
  };
  assert.deepEqual(
    renderTemplates(schema, (key) => `<${key}>`),
    {
      title: '<Client ID>',
      fields: [{ description: '<With "quotes", commas (and brackets).>' }],
      'x-visible': '{{$deps[0] === "a"}}',
      minimum: 1,
    },
  );
});

test('an error is read from JSON, from bytes, and from nothing', async () => {
  const data = { errors: [{ code: 'invalid_input', message: 'enter a text', field: 'clientId' }] };
  const read = async (error) => {
    const { code, message, field, status } = await toMailError(error);
    return { code, message, field, status };
  };
  const expected = { code: 'invalid_input', message: 'enter a text', field: 'clientId', status: 400 };
  assert.deepEqual(await read({ response: { status: 400, data } }), expected);
  assert.deepEqual(
    await read({ response: { status: 400, data: new Blob([JSON.stringify(data)]) } }),
    expected,
  );
  assert.equal((await read({ response: { status: 502, data: '<html>' } })).status, 502);
  assert.equal((await read({ response: { status: 502, data: new Blob(['<html>']) } })).code, 'internal');
  assert.equal((await read(new Error('offline'))).code, 'network_failed');
  assert.equal((await read(null)).status, 0);
});
