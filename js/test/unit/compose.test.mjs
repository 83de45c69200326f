// The logic of writing: drafts that are saved once and in order, files that go on, recipients, signatures.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from './load.mjs';

const { DraftSaver } = await load('compose/draftSaver.ts');
const { Uploads } = await load('compose/uploads.ts');
const { mayDivide, standsForItself, suggestionsFor } = await load('compose/recipients.ts');
const { isBlank, withoutSignature } = await load('compose/body.ts');
const { pictureAddresses } = await load('compose/html.ts');

/** A server that keeps drafts as ours does: versions, keys, and the same content twice is one version. */
function server() {
  const drafts = [];
  const calls = [];
  let failing = [];
  const answer = (payload, known, key) => {
    const found = drafts.find(({ id, key: named }) => (known ? id === known.id : named === key));
    if (!found) {
      drafts.push({ id: drafts.length + 1, version: 1, key, payload });
      return { id: drafts.length, version: 1 };
    }
    if (found.payload !== payload) {
      if (found.version !== (known?.version ?? 1)) throw { status: 409, field: 'version' };
      Object.assign(found, { payload, version: found.version + 1 });
    }
    return { id: found.id, version: found.version };
  };
  return {
    drafts,
    calls,
    fail: (...ways) => (failing = ways),
    save: async (payload, known, key) => {
      calls.push(payload);
      const way = failing.shift();
      await new Promise((resolve) => setTimeout(resolve, 5));
      if (way === 'refused') throw { status: 400 };
      if (way === 'unreached') throw { status: 0 };
      const saved = answer(payload, known, key);
      if (way === 'unanswered') throw { status: 0 };
      return saved;
    },
  };
}

function writer(at, start = { draft: undefined, saved: 'nothing' }) {
  let text = 'nothing';
  const saver = new DraftSaver('composer', start, {
    save: at.save,
    newest: () => ({ payload: text, text }),
    onChange: () => {},
  });
  return { saver, write: (next) => (text = next) };
}

test('saves that wait for one on its way become one save, of one draft', async () => {
  const at = server();
  const { saver, write } = writer(at);
  write('one');
  const first = saver.save();
  write('two');
  await Promise.all([first, saver.save(), saver.save(), saver.flush()]);
  assert.deepEqual(at.calls, ['one', 'two']);
  assert.deepEqual(at.drafts, [{ id: 1, version: 2, key: 'composer', payload: 'two' }]);
  assert.equal(saver.state, 'saved');
});

test('a draft whose answer was lost is saved again as it was, before anything newer', async () => {
  for (const way of ['unanswered', 'unreached']) {
    const at = server();
    const { saver, write } = writer(at);
    at.fail(way);
    write('one');
    assert.equal(await saver.flush(), false);
    assert.equal(saver.state, 'failed');
    write('two');
    at.fail(way);
    assert.equal(await saver.flush(), false);
    assert.equal(await saver.flush(), true);
    assert.equal(at.drafts.length, 1, way);
    assert.equal(at.drafts[0].payload, 'two');
    assert.equal(saver.state, 'saved');
  }
});

test('flush says whether all of it is saved', async () => {
  const at = server();
  const { saver, write } = writer(at);
  assert.equal(await saver.flush(), true);
  assert.deepEqual(at.calls, []);
  write('one');
  at.fail('refused');
  assert.equal(await saver.flush(), false);
  assert.equal(await saver.flush(), true);
  at.drafts[0].version = 7;
  at.drafts[0].payload = 'elsewhere';
  write('two');
  assert.equal(await saver.flush(), false);
  assert.equal(saver.state, 'conflict');
  assert.equal(await saver.flush(), false, 'a conflict is not over by itself');
  saver.saveAsNew();
  assert.equal(await saver.flush(), true);
  assert.deepEqual(
    at.drafts.map(({ payload }) => payload),
    ['elsewhere', 'two'],
  );
});

test('nothing is saved once it is stopped, and the save on its way is waited for', async () => {
  const at = server();
  const { saver, write } = writer(at);
  write('one');
  void saver.save();
  await saver.stop();
  assert.equal(at.drafts.length, 1);
  write('two');
  await saver.save();
  assert.deepEqual(at.calls, ['one']);
  saver.resume();
  await saver.flush();
  assert.equal(at.drafts[0].payload, 'two');
});

test('files go on while nobody looks, three at a time, and are there for who looks again', async () => {
  const ends = [];
  const uploads = new Uploads(
    (file) => new Promise((resolve, reject) => ends.push({ file, resolve, reject })),
  );
  const stop = uploads.listen(() => {});
  for (const name of ['a', 'b', 'c', 'd'])
    uploads.add({ name, size: 1 }, name === 'd' ? 'picture' : undefined);
  const turn = () => new Promise((resolve) => setTimeout(resolve, 0));
  await turn();
  assert.deepEqual(
    ends.map(({ file }) => file.name),
    ['a', 'b', 'c'],
  );
  stop();
  ends[0].resolve({ filename: 'token-a' });
  await turn();
  ends[3].resolve({ filename: 'token-d' });
  ends[1].reject({ message: 'too large' });
  await turn();
  assert.deepEqual(uploads.take(), [{ filename: 'token-a' }, { filename: 'token-d', contentId: 'picture' }]);
  assert.deepEqual(uploads.take(), []);
  assert.deepEqual(
    uploads.list.map(({ file, error }) => [file.name, error]),
    [
      ['b', 'too large'],
      ['c', undefined],
    ],
  );
  uploads.retry(uploads.list[0].id);
  await turn();
  assert.equal(ends[4].file.name, 'b');
  uploads.cancelAll();
  ends[4].resolve({ filename: 'token-b' });
  await turn();
  assert.deepEqual([uploads.list.length, uploads.take()], [0, []]);
});

test('files stand as they were chosen, whichever one is there first', async () => {
  const ends = new Map();
  const uploads = new Uploads((file) => new Promise((resolve) => ends.set(file.name, resolve)));
  for (const name of ['a', 'b', 'c']) uploads.add({ name, size: 1 });
  await new Promise((resolve) => setTimeout(resolve, 0));
  const forwarded = { messageId: 1, attachmentId: 'part', filename: 'note.txt' };
  let files = [forwarded];
  for (const name of ['c', 'a', 'b']) {
    ends.get(name)({ filename: `token-${name}` });
    await new Promise((resolve) => setTimeout(resolve, 0));
    files = uploads.inOrder([...files, ...uploads.take()]);
  }
  assert.deepEqual(
    files.map(({ filename }) => filename),
    ['note.txt', 'token-a', 'token-b', 'token-c'],
  );
});

test('a suggestion for another text is none, and an address that is typed is not replaced', () => {
  const ann = { name: 'Ann Lee', address: 'ann@example.com' };
  const joan = { name: '', address: 'joann@example.com' };
  const found = { wanted: 'an', people: [ann, joan] };
  assert.deepEqual(suggestionsFor(found, ' an ', []), [ann, joan]);
  assert.deepEqual(suggestionsFor(found, 'an', [ann]), [joan]);
  assert.deepEqual(suggestionsFor(found, 'anne@example.com', []), []);
  assert.deepEqual(suggestionsFor(found, 'joan', []), [joan]);
  assert.deepEqual(suggestionsFor(found, '', []), []);
  assert.equal(standsForItself('ann@example.com', joan), true);
  assert.equal(standsForItself('Ann@Example.com', ann), false);
  assert.equal(standsForItself('ann', joan), false);
});

test('a comma inside of a quoted name divides nobody', () => {
  assert.equal(mayDivide('"Lee'), false);
  assert.equal(mayDivide('"Lee, Ann" <ann@example.com>'), true);
  assert.equal(mayDivide('ann@example.com'), true);
});

test('what is written behind the signature counts', () => {
  const signature = '<div class="gmail_signature"><div>Ann</div><p>Sales</p></div>';
  const known = ['<p>Bo</p>', '<p>Ann<br>Sales</p>'];
  assert.equal(isBlank(`<p><br></p>${signature}`, known), true);
  assert.equal(isBlank(`<p><br></p>${signature}<p>PS: hello</p>`, known), false);
  assert.equal(withoutSignature(`<p>Hi</p>${signature}<p>PS</p>`), '<p>Hi</p><p>PS</p>');
  assert.equal(withoutSignature('<p>Hi</p><div class="gmail_signature"><p>open'), '<p>Hi</p>');
});

test('what is written into the signature counts', () => {
  const into = (text) => `<p><br></p><div class="gmail_signature">${text}<p>Ann</p></div>`;
  assert.equal(isBlank(into(''), ['<p>Ann</p>']), true);
  assert.equal(isBlank(into('<p>Dear Bo,</p>'), ['<p>Ann</p>']), false);
  assert.equal(isBlank(into('<p><img src="cid:x"></p>'), ['<p>Ann</p>']), false);
});

test('the pictures of a signature are known by their addresses', () => {
  assert.deepEqual(
    pictureAddresses('<p>x</p><img alt="a" src="https://a.example/l.png?a=1&amp;b=2" width="3">'),
    ['https://a.example/l.png?a=1&b=2'],
  );
});
