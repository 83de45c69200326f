// Users, departments and notifications as the module gets them, in a NocoBase that has the plugins for them.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { startApplication } from './application.mjs';
import { dialects, loadServer, requireNocobase } from './nocobase.mjs';

const NAMESPACE = 'nocobase-plugin-email-manager';

describe('people in NocoBase', () => {
  let database, running, app, db, people, supervised, notify;
  const ids = {};

  before(async () => {
    database = await dialects.postgres();
    const requireHost = await requireNocobase();
    const { Plugin } = requireHost('@nocobase/server');
    ({ people, supervised } = await loadServer('people.ts', requireHost));
    ({ notify } = await loadServer('notifications.ts', requireHost));
    class Nothing extends Plugin {}
    const more = ['departments', 'notification-manager', 'notification-in-app-message'];
    running = await startApplication(requireHost, database.options, Nothing, more);
    ({ app } = running);
    ({ db } = app);
    for (const name of ['head', 'member', 'below', 'deep', 'stranger']) await createUser(name);
    const sales = await createDepartment('Sales');
    const north = await createDepartment('North', sales);
    const city = await createDepartment('City', north);
    const other = await createDepartment('Other');
    await join(sales, 'head', true);
    await join(sales, 'member');
    await join(north, 'below', true);
    await join(city, 'deep');
    await join(other, 'stranger');
    Object.assign(ids, { sales, north, city, other });
    app.i18n.addResources('fr-FR', NAMESPACE, { 'Look: {{name}}': 'Regarde : {{name}}', Text: 'Texte' });
  });

  after(async () => {
    await running?.close();
    await database?.stop();
  });

  async function createUser(name) {
    const values = { username: name, nickname: name === 'deep' ? null : `Nick ${name}` };
    const user = await db.getRepository('users').create({ values });
    ids[name] = Number(user.get('id'));
  }

  async function createDepartment(title, parentId) {
    const department = await db.getRepository('departments').create({ values: { title, parentId } });
    return department.get('id');
  }

  function join(departmentId, name, isOwner = false) {
    const values = { departmentId, userId: ids[name], isOwner, isMain: false };
    return db.getRepository('departmentsUsers').create({ values });
  }

  const members = async (name) => (await supervised(db, ids[name])).sort((a, b) => a - b);
  const idsOf = (...names) => names.map((name) => ids[name]).sort((a, b) => a - b);

  test('users are called by their nickname, or else by their name; who is gone is left out', async () => {
    const found = await people(db, [ids.member, ids.deep, 999_999]);
    const byId = Object.fromEntries(found.map(({ id, nickname }) => [id, nickname]));
    assert.deepEqual(byId, { [ids.member]: 'Nick member', [ids.deep]: 'deep' });
  });

  test('who owns a department oversees its members and those of all departments below', async () => {
    assert.deepEqual(await members('head'), idsOf('head', 'member', 'below', 'deep'));
    assert.deepEqual(await members('below'), idsOf('below', 'deep'));
    for (const name of ['member', 'deep', 'stranger']) assert.deepEqual(await members(name), [], name);
  });

  test('who is moved to another department is overseen there', async () => {
    await db.getRepository('departmentsUsers').destroy({ filter: { userId: ids.deep } });
    await join(ids.other, 'deep');
    assert.deepEqual(await members('head'), idsOf('head', 'member', 'below'));
    assert.deepEqual(await members('below'), idsOf('below'));
  });

  test('departments in a circle have an end', async () => {
    await db.getRepository('departments').update({
      filter: { id: ids.sales },
      values: { parentId: ids.city },
      hooks: false,
    });
    assert.deepEqual(await members('head'), idsOf('head', 'member', 'below'));
  });

  test('without departments and without notifications there is nothing, and nothing fails', async () => {
    const none = { getCollection: () => undefined };
    assert.deepEqual(await supervised(none, ids.head), []);
    assert.deepEqual(await people(none, [ids.head]), []);
    await notify({ pm: { get: () => undefined } }, none, NAMESPACE, notification('a'));
  });

  const notification = (key) => ({
    key,
    userId: ids.member,
    title: 'Look: {{name}}',
    content: 'Text',
    values: { name: '<Élise & co>' },
    path: '/admin/mail?view=accounts',
  });
  const messages = async () =>
    (await db.getRepository('notificationInAppMessages').find({ sort: ['receiveTimestamp'] })).map((row) =>
      row.toJSON(),
    );

  test('a user is told in their language, once for each key', async () => {
    await db.getRepository('systemSettings').update({
      filter: {},
      values: { enabledLanguages: ['en-US', 'fr-FR'] },
      forceUpdate: true,
    });
    await db.getRepository('users').update({ filterByTk: ids.member, values: { appLang: 'fr-FR' } });
    for (const key of ['a', 'a', 'b', 'a']) await notify(app, db, NAMESPACE, notification(key));
    const told = await messages();
    assert.equal(told.length, 2);
    const [{ title, content, userId, options, status }] = told;
    assert.deepEqual([title, content], ['Regarde : <Élise & co>', 'Texte']);
    assert.equal(Number(userId), ids.member);
    assert.deepEqual([options.url, status], ['/admin/mail?view=accounts', 'unread']);
    const channels = await db.getRepository('notificationChannels').find();
    assert.deepEqual(
      channels.map((channel) => channel.get('notificationType')),
      ['in-app-message'],
    );
  });

  test('a language that the site does not offer is not used', async () => {
    await db.getRepository('users').update({ filterByTk: ids.member, values: { appLang: 'de-DE' } });
    await notify(app, db, NAMESPACE, notification('c'));
    assert.equal((await messages()).at(-1).title, 'Look: <Élise & co>');
  });

  test('a channel that does not take the message is an error', async () => {
    const send = app.pm.get('notification-manager').send;
    app.pm.get('notification-manager').send = () => Promise.resolve({ status: 'failure' });
    await assert.rejects(notify(app, db, NAMESPACE, notification('d')), { code: 'host_failed' });
    app.pm.get('notification-manager').send = send;
  });
});
