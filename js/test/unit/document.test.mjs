// What a mail's frame may and may not do.
import assert from 'node:assert/strict';
import test from 'node:test';
import { load } from './load.mjs';

const { contentIds, hasRemoteImages, htmlDocument, isSameContentId, textDocument } =
  await load('centre/document.ts');
const none = new Map();
const palette = { background: '#111', text: '#eee', link: '#4af' };
const policyOf = (page) => /Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1];

test('a mail loads nothing from elsewhere until its reader asks', () => {
  const closed = policyOf(htmlDocument('<p>x</p>', none, false, palette));
  assert.equal(
    closed,
    "default-src 'none'; img-src data: blob:; style-src 'unsafe-inline'; form-action 'none'",
  );
  const open = policyOf(htmlDocument('<p>x</p>', none, true, palette));
  assert.equal(open, closed.replace('img-src data: blob:', 'img-src data: blob: https: http:'));
});

test('the policy comes before everything of the mail', () => {
  const page = htmlDocument(
    '<p style="background:url(https://tracker.example/a.gif)">',
    none,
    false,
    palette,
  );
  assert.ok(page.indexOf('Content-Security-Policy') < page.indexOf('tracker.example'));
});

test('inline images are replaced, with and without brackets and escapes', () => {
  const html = '<img src="cid:logo@mail"><img src="cid:%3Csmile%26co%40mail%3E"><img src=cid:gone>';
  assert.deepEqual(contentIds(html), ['logo@mail', 'smile&co@mail', 'gone']);
  const images = new Map([
    ['logo@mail', 'data:image/png;base64,AAAA'],
    ['smile&co@mail', 'data:image/png;base64,BBBB'],
  ]);
  const page = htmlDocument(html, images, false, palette);
  assert.match(page, /src="data:image\/png;base64,AAAA"/);
  assert.match(page, /src="data:image\/png;base64,BBBB"/);
  assert.doesNotMatch(page, /cid:/);
});

test('an image that is not loaded leaves its words, or its room, and nothing broken', () => {
  const html =
    '<img alt="A dog" src="https://x.example/a.gif" srcset="//x.example/b.gif 2x"><img src=cid:a><img alt=\'src="//x"\'>';
  const images = new Map([['a', 'data:image/png;base64,AAAA']]);
  const bodyOf = (page) => /<body>(.*)<\/body>/s.exec(page)[1];
  assert.equal(
    bodyOf(htmlDocument(html, images, false, palette)).replace(/ +/g, ' '),
    '<img alt="A dog" ><img src=data:image/png;base64,AAAA><img alt=\'src="//x"\'>',
  );
  assert.match(bodyOf(htmlDocument(html, images, true, palette)), /a\.gif.*b\.gif/);
  const roomOf = (attributes) => {
    const [, address] = /src="data:([^"]*)"/.exec(
      htmlDocument(`<img src="//x" ${attributes}>`, none, false, palette),
    ) ?? ['', ''];
    return /width='(\d+)' height='(\d+)'/.exec(decodeURIComponent(address))?.slice(1).map(Number);
  };
  assert.deepEqual(roomOf('width="600" alt="" height=264'), [600, 264]);
  assert.deepEqual(roomOf('width="600"'), [600, 1]);
  for (const none of ['', 'width="100%"', 'width="600" alt="A dog"', 'height="9"'])
    assert.equal(roomOf(none), undefined);
});

test('a mail without colours has those of the theme, one with its own a white page', () => {
  const isWhite = (html) => htmlDocument(html, none, false, palette).includes('background:#fff');
  for (const html of [
    '<p>The background-color: black is a color: of text</p>',
    '<div dir="ltr" style="font-size:14px;border-left:1px #ccc solid">x</div>',
  ]) {
    assert.ok(!isWhite(html), html);
    assert.match(htmlDocument(html, none, false, palette), /background:#111;color:#eee/);
  }
  for (const html of [
    '<style>p{margin:0}</style>x',
    '<font COLOR=red>x</font>',
    '<table bgcolor="#fff"><td>x</td></table>',
    '<p style="margin:0;background-color:black">x</p>',
    "<p style='color : black'>x</p>",
  ])
    assert.ok(isWhite(html), html);
});

test('only the addresses of pictures are replaced, wherever a mail has them', () => {
  const images = new Map([['a@b', 'data:image/png;base64,AAAA']]);
  const page = (html) =>
    htmlDocument(html, images, false, palette).replace(/^.*<body>(.*)<\/body>.*$/s, '$1');
  const picture = 'data:image/png;base64,AAAA';
  for (const html of [
    '<p>write cid:a@b, or src="cid:a@b" or url(cid:a@b)</p>',
    '<a href="cid:a@b" title=\'src="cid:a@b"\'>x</a>',
    '<img alt="cid:a@b" src="x.png?cid:a@b">',
    '<p constructor="cid:a@b" title="a > b" class="url(cid:a@b)">',
  ]) {
    assert.equal(page(html), html);
    assert.deepEqual(contentIds(html), []);
  }
  for (const place of [
    "<img alt='>' SRC = 'ADDRESS'>",
    '<img src=ADDRESS>',
    '<td background="ADDRESS" align="left">',
    '<td style="background:url(ADDRESS) no-repeat">',
    '<td style="background:url(&quot;ADDRESS&quot;)">',
    '<td style="background:url(\'ADDRESS\')">',
  ]) {
    assert.equal(page(place.replace('ADDRESS', 'cid:a@b')), place.replace('ADDRESS', picture));
    assert.deepEqual(contentIds(place.replace('ADDRESS', 'cid:%3Ca%40b&gt;')), ['a@b']);
  }
});

test('a content id that cannot be decoded stays as it is', () => {
  assert.deepEqual(contentIds('<img src="cid:100%">'), ['100%']);
});

test('content ids are compared without their brackets', () => {
  assert.ok(isSameContentId('<a@b>', 'a@b'));
  assert.ok(!isSameContentId('<a@b>', 'a@c'));
});

for (const html of [
  '<img src="https://example.com/a.png">',
  "<img src='http://example.com/a.png'>",
  '<img src="//example.com/a.png">',
  '<td background="https://example.com/a.png">',
  '<img srcset="https://example.com/a.png 2x">',
  '<div style="background:url(https://example.com/a.png)">',
  '<div style="background:url(&quot;https://example.com/a.png&quot;)">',
]) {
  test(`images from elsewhere are seen in ${html}`, () => assert.ok(hasRemoteImages(html)));
}

test('a link is not an image', () => {
  assert.ok(
    !hasRemoteImages(
      '<a href="https://example.com">x</a><img src="cid:a"><img src="data:image/gif;base64,AA">',
    ),
  );
});

test('a plain text is escaped and its addresses are links', () => {
  const page = textDocument(
    '<script>alert(1)</script>\nsee https://example.com/?a=1&b=2, thanks <https://x.example>',
    palette,
  );
  assert.match(page, /&lt;script&gt;alert\(1\)&lt;\/script&gt;/);
  assert.match(page, /<a href="https:\/\/example\.com\/\?a=1&amp;b=2" rel="noopener noreferrer">/);
  assert.match(page, /&lt;<a href="https:\/\/x\.example" rel="noopener noreferrer">/);
  assert.match(page, /background:#111;color:#eee/);
});

test('the quoted mail unfolds by a button that says so', () => {
  const html = 'yes<details><summary>…</summary><blockquote>old</blockquote></details>';
  const page = htmlDocument(html, none, false, palette, 'Show "it"');
  assert.match(page, /<details><summary class="fold" title="Show &quot;it&quot;">…<\/summary>/);
});
