// What Word and Google Docs put onto the clipboard, made into plain HTML. The editor's own schema leaves out the rest:
// what it doesn't know of it doesn't take over.

/** HTML as it was pasted, without what only its program understands, and with Word's paragraphs of lists as lists. */
export function cleanPasted(html: string): string {
  const body = withTable(/<!--StartFragment-->([^]*?)<!--EndFragment-->/i.exec(html)?.[1] ?? html);
  return fromDocs(isWord(html) ? fromWord(body) : body)
    .replace(/<!--[^]*?-->/g, '')
    .replace(/<(style|script|title|xml)\b[^>]*>[^]*?<\/\1\s*>/gi, '')
    .replace(/<(meta|link)\b[^>]*>/gi, '')
    .replace(/\s(?:class|id|lang|dir)=(?:"[^"]*"|'[^']*'|[^\s>]+)/gi, '');
}

/** Of a table, Excel marks the rows only. */
function withTable(body: string): string {
  return /^\s*<(?:colgroup|col|tr|td)\b/i.test(body) ? `<table>${body}</table>` : body;
}

function isWord(html: string): boolean {
  return /urn:schemas-microsoft-com:office|class=["']?Mso|mso-[a-z-]+\s*:|<o:p\b/i.test(html);
}

/** Google Docs wraps everything into a bold element that is not bold. */
function fromDocs(html: string): string {
  const wrapper = /<b\b[^>]*id=["']?docs-internal-guid[^>]*>/i;
  if (!wrapper.test(html)) return html;
  const inner = html.replace(wrapper, '');
  const end = inner.lastIndexOf('</b>');
  return (end < 0 ? inner : inner.slice(0, end) + inner.slice(end + 4))
    .replace(/<br\b[^>]*class=["']?Apple-interchange-newline[^>]*>/gi, '')
    .replace(/<span\b([^>]*)>([^]*?)<\/span>/gi, (_, attributes: string, text: string) =>
      marked(attributes, text),
    )
    .replace(/<li\b[^>]*>\s*<p\b[^>]*>([^]*?)<\/p>\s*<\/li>/gi, '<li>$1</li>');
}

/** Docs says in styles what elements say elsewhere. */
function marked(attributes: string, text: string): string {
  let html = text;
  if (/font-weight:\s*(?:[6-9]00|bold)/i.test(attributes)) html = `<strong>${html}</strong>`;
  if (/font-style:\s*italic/i.test(attributes)) html = `<em>${html}</em>`;
  if (/text-decoration:[^;"]*underline/i.test(attributes)) html = `<u>${html}</u>`;
  const colour = /(?:^|[\s;"'])color:\s*(#[0-9a-f]{3,6})/i.exec(attributes)?.[1];
  return colour && !/^#(000000|000)$/i.test(colour) ? `<span style="color:${colour}">${html}</span>` : html;
}

function fromWord(html: string): string {
  const plain = html
    .replace(/<!--\[if[^]*?<!\[endif\]-->/gi, '')
    .replace(/<!\[if !supportLists\]>([^]*?)<!\[endif\]>/gi, (_, bullet: string) => bulletOf(bullet))
    .replace(/<!\[(?:if|endif)[^\]>]*\]>/gi, '')
    .replace(/<\/?(?:o|v|w|m|st1):[a-z][^>]*>/gi, '')
    .replace(/<\/?(?:font|span)\b[^>]*>/gi, '');
  return lists(plain)
    .replace(/\sstyle=("[^"]*"|'[^']*')/gi, (_, quoted: string) => kept(quoted))
    .replace(/<p\b[^>]*>(?:\s|&nbsp;)*<\/p>/gi, '<p></p>');
}

const NUMBERED = 'data-numbered';

/** The bullet of a paragraph tells whether its list is numbered. */
function bulletOf(html: string): string {
  const text = html.replace(/<[^>]*>|&nbsp;|\s/g, '');
  return /^\(?(?:\d+|[a-z]|[ivx]+)[.)]/i.test(text) ? `<i ${NUMBERED}></i>` : '';
}

const ITEM = /<p\b[^>]*mso-list:\s*l\d+\s+level(\d+)[^>]*>([^]*?)<\/p>/gi;

/** Word writes the items of lists as paragraphs with a level. */
function lists(html: string): string {
  let result = '';
  let at = 0;
  const open: string[] = [];
  const close = (level: number) => {
    while (open.length > level) result += `</li></${open.pop() ?? 'ul'}>`;
  };
  for (const found of html.matchAll(ITEM)) {
    const between = html.slice(at, found.index);
    if (between.replace(/<!--[^]*?-->/g, '').trim()) close(0);
    if (open.length === 0 || between.trim()) result += between;
    const level = Math.min(Number(found[1]), 9);
    const content = found[2] ?? '';
    const kind = content.includes(NUMBERED) ? 'ol' : 'ul';
    // Another kind of bullet begins another list.
    close(open[level - 1] === kind ? level : level - 1);
    if (open.length === level) result += '</li><li>';
    while (open.length < level) {
      open.push(kind);
      result += `<${kind}><li>`;
    }
    result += content
      .replace(`<i ${NUMBERED}></i>`, '')
      .replace(/^(?:\s|&nbsp;)*(?:[·•§o]\s*(?:&nbsp;|\s)+)?/, '');
    at = found.index + found[0].length;
  }
  close(0);
  return result + html.slice(at);
}

/** Of Word's styles only how text is aligned. */
function kept(quoted: string): string {
  const align = /text-align:\s*(left|center|right|justify)/i.exec(quoted)?.[1];
  return align && align.toLowerCase() !== 'left' ? ` style="text-align:${align.toLowerCase()}"` : '';
}
