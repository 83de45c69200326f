// What other programs put onto the clipboard, pasted into the editor of a real browser: its words, lists and tables arrive, and
// nothing of the program's own.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { paste, startEditors } from './editor.mjs';

let editors;

before(async () => {
  editors = await startEditors();
});

after(() => editors?.close());

/** What the mail has once this was pasted into an empty text, without the space that every paragraph is written with. */
async function pasted(html) {
  const page = await editors.open('<p></p>');
  await paste(page, html);
  const own = await page.evaluate(() => window.editor.html());
  await page.evaluate((again) => window.editor.setHtml(again), own);
  assert.equal(
    await page.evaluate(() => window.editor.html()),
    own,
    'it stays as it is when it is opened again',
  );
  assert.deepEqual(editors.asked, []);
  await page.close();
  assert.doesNotMatch(
    own,
    /mso-|Mso|<o:|<!--|\[if|font-family|font-size|docs-internal|class="xl|•|·|§|<font/i,
  );
  return own
    .replaceAll(' style="margin:0"', '')
    .replaceAll(' style="margin: 0px;"', '')
    .replaceAll('&nbsp;', ' ');
}

/** As Word's clipboard begins. */
const word = (
  body,
) => `<html xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"
xmlns:w="urn:schemas-microsoft-com:office:word" xmlns="http://www.w3.org/TR/REC-html40">
<head><meta http-equiv=Content-Type content="text/html; charset=utf-8"><meta name=ProgId content=Word.Document>
<link rel=File-List href="file:///C:/Users/ann/msohtmlclip1/01/clip_filelist.xml">
<!--[if gte mso 9]><xml><w:WordDocument><w:View>Normal</w:View></w:WordDocument></xml><![endif]-->
<style><!-- p.MsoNormal, li.MsoNormal {mso-style-unhide:no; margin:0cm; font-size:12.0pt; font-family:"Calibri",sans-serif;}
@list l0:level1 {mso-level-number-format:bullet; mso-level-text:\\F0B7;} --></style></head>
<body lang=EN-GB style='tab-interval:36.0pt;word-wrap:break-word'><!--StartFragment-->${body}<!--EndFragment--></body></html>`;

/** An item of one of Word's lists: a paragraph with its bullet in it. */
const item = (text, { level = 1, bullet = '·', list = 'l0', place = 'Middle' } = {}) => `
<p class=MsoListParagraphCxSp${place} style='margin-left:${36 * level}.0pt;mso-add-space:auto;text-indent:-18.0pt;
mso-list:${list} level${level} lfo1'><![if !supportLists]><span lang=EN-GB style='font-family:Symbol;mso-fareast-font-family:
Symbol;mso-bidi-font-family:Symbol'><span style='mso-list:Ignore'>${bullet}<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp;&nbsp;&nbsp;
</span></span></span><![endif]><span lang=EN-GB>${text}<o:p></o:p></span></p>`;

test('paragraphs of Word keep their words, emphasis, links and alignment', async () => {
  const html = await pasted(
    word(`<p class=MsoNormal><b style='mso-bidi-font-weight:normal'><span lang=EN-GB style='font-family:"Arial",sans-serif;
color:#C00000'>Offer</span></b><span lang=EN-GB> for <i>Ann</i>, see <a href="https://offer.example/1"><span
style='mso-bidi-font-size:11pt'>the page</span></a><o:p></o:p></span></p>
<p class=MsoNormal align=right style='text-align:right'><span lang=EN-GB>Berlin<o:p></o:p></span></p>
<p class=MsoNormal><span lang=EN-GB><o:p>&nbsp;</o:p></span></p>
<p class=MsoNormal><!--[if gte vml 1]><v:shape id="_x0000_s1026"><v:imagedata src="file:///C:/clip_image001.png"/></v:shape><![endif]-->End</p>`),
  );
  assert.match(
    html,
    /<p><strong>Offer<\/strong> for <em>Ann<\/em>, see <a [^>]*href="https:\/\/offer\.example\/1"[^>]*>the page<\/a><\/p>/,
  );
  assert.match(html, /<p style="[^"]*text-align: ?right[^"]*">Berlin<\/p>/);
  assert.match(html, /<p>End<\/p>$/);
  assert.doesNotMatch(html, /<img|file:/);
});

test('lists of Word are lists: bulleted, numbered, one within another, and text between them', async () => {
  const html = await pasted(
    word(
      [
        `<p class=MsoNormal>We bring:<o:p></o:p></p>`,
        item('Cables', { place: 'First' }),
        item('of copper', { level: 2, bullet: 'o' }),
        item('of glass', { level: 2, bullet: 'o' }),
        item('Racks', { place: 'Last' }),
        `<p class=MsoNormal>Then:<o:p></o:p></p>`,
        item('Build', { list: 'l1', bullet: '1.', place: 'First' }),
        item('Test', { list: 'l1', bullet: '2.', place: 'Last' }),
      ].join(''),
    ),
  );
  assert.equal(
    html.replace(/\s*(<[^>]+>)\s*/g, '$1'),
    '<p>We bring:</p><ul><li><p>Cables</p><ul><li><p>of copper</p></li><li><p>of glass</p></li></ul></li><li><p>Racks</p></li></ul>' +
      '<p>Then:</p><ol><li><p>Build</p></li><li><p>Test</p></li></ol>',
  );
});

test('a numbered list right behind a bulleted one is a list of its own', async () => {
  const html = await pasted(
    word(item('A bullet') + item('A number', { list: 'l1', bullet: '1)', place: 'Last' })),
  );
  assert.match(html, /<ul><li><p>A bullet<\/p><\/li><\/ul><ol><li><p>A number<\/p><\/li><\/ol>/);
});

test('a table of Word keeps its cells', async () => {
  const html = await pasted(
    word(`<table class=MsoTableGrid border=1 cellspacing=0 cellpadding=0 style='border-collapse:collapse;mso-yfti-tbllook:1184'>
<tr style='mso-yfti-irow:0'><td width=300 colspan=2 valign=top style='width:225.4pt;border:solid windowtext 1.0pt;padding:0cm 5.4pt'>
<p class=MsoNormal><b>Prices<o:p></o:p></b></p></td></tr>
<tr><td width=150 valign=top style='width:112.7pt'><p class=MsoNormal>Rack<o:p></o:p></p></td>
<td width=150 valign=top><p class=MsoNormal align=right style='text-align:right'>90 €<o:p></o:p></p></td></tr></table>`),
  );
  assert.match(
    html,
    /<table[^>]*border-collapse:[^>]*><tbody><tr><td[^>]*colspan="2"[^>]*><p><strong>Prices<\/strong><\/p><\/td><\/tr>/,
  );
  assert.match(
    html,
    /<td[^>]*><p>Rack<\/p><\/td><td[^>]*><p style="[^"]*right[^"]*">90 €<\/p><\/td><\/tr><\/tbody><\/table>/,
  );
});

test('cells of Excel are a table, though the clipboard marks only its rows', async () => {
  const html =
    await pasted(`<html xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:x="urn:schemas-microsoft-com:office:excel">
<head><meta name=ProgId content=Excel.Sheet><style><!-- .xl65 {mso-number-format:"\\#\\,\\#\\#0\\.00"; text-align:right;} --></style></head>
<body link="#0563C1"><table border=0 cellpadding=0 cellspacing=0 width=128 style='border-collapse:collapse;width:96pt'>
<!--StartFragment--><col width=64 span=2 style='width:48pt'>
<tr height=20 style='height:15.0pt'><td height=20 width=64 style='height:15.0pt;width:48pt'>Item</td><td width=64 style='width:48pt'>Price</td></tr>
<tr height=20 style='height:15.0pt'><td height=20 style='height:15.0pt'>Rack</td><td class=xl65 align=right x:num="90">90.00</td></tr>
<!--EndFragment--></table></body></html>`);
  const cells = [...html.matchAll(/<td([^>]*)><p[^>]*>([^<]*)<\/p><\/td>/g)];
  assert.deepEqual(
    cells.map(([, , text]) => text),
    ['Item', 'Price', 'Rack', '90.00'],
  );
  for (const [, attributes] of cells) assert.match(attributes, /border:/, 'every cell brings its lines');
  assert.equal([...html.matchAll(/<tr/g)].length, 2);
});

test('Google Docs: what is bold is bold and nothing else, and its lists are plain ones', async () => {
  const span = (text, style = '') =>
    `<span style="font-size:11pt;font-family:Arial,sans-serif;color:#000000;background-color:transparent;font-weight:400;font-style:normal;text-decoration:none;vertical-align:baseline;white-space:pre-wrap;${style}">${text}</span>`;
  const html =
    await pasted(`<meta charset='utf-8'><meta charset="utf-8"><b style="font-weight:normal;" id="docs-internal-guid-1b2c3d4e">
<p dir="ltr" style="line-height:1.38;margin-top:0pt;margin-bottom:0pt;">${span('Dear ')}<span style="font-family:Arial;font-weight:700;font-style:normal;color:#000000">Ann</span>${span(',')}</p>
<ul style="margin-top:0;padding-inline-start:48px;"><li dir="ltr" style="list-style-type:disc;font-size:11pt" aria-level="1"><p dir="ltr" role="presentation">${span('first')}</p></li>
<li dir="ltr" aria-level="1"><p dir="ltr" role="presentation">${span('second')}</p></li></ul></b><br class="Apple-interchange-newline">`);
  assert.match(html, /<p>Dear <strong>Ann<\/strong>,<\/p>/);
  assert.match(html, /<ul><li><p>first<\/p><\/li><li><p>second<\/p><\/li><\/ul>/);
  assert.equal([...html.matchAll(/<strong>/g)].length, 1);
  assert.doesNotMatch(html, /<span/);
});

test('a mail of Outlook: headings, quoted header and signature without its styles', async () => {
  const html = await pasted(
    word(`<div class=WordSection1><p class=MsoNormal><span style='font-size:11.0pt;mso-fareast-language:EN-US'>Hello Bo,<o:p></o:p></span></p>
<p class=MsoPlainText>see below.<o:p></o:p></p><div style='border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm'>
<p class=MsoNormal><b><span lang=EN-US>From:</span></b><span lang=EN-US> Ann &lt;ann@customer.example&gt;<br><b>Sent:</b> Monday<o:p></o:p></span></p></div>
<h1 style='mso-style-next:Normal'>Terms<o:p></o:p></h1></div>`),
  );
  assert.match(html, /<p>Hello Bo,<\/p><p>see below\.<\/p>/);
  assert.match(
    html,
    /<p><strong>From:<\/strong> Ann &lt;ann@customer\.example&gt;<br><strong>Sent:<\/strong> Monday<\/p>/,
  );
  assert.match(html, /<h1[^>]*>Terms<\/h1>/);
});
