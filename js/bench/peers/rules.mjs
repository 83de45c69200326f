// Rules for sanitize-html that are like the plugin's.
import sanitizeHtml from 'sanitize-html';

const HARMLESS = /^(?!.*(?:url|expression)\s*\()/i;
const STYLES = [
  'background',
  'background-color',
  'border',
  'border-collapse',
  'color',
  'display',
  'font',
  'font-family',
  'font-size',
  'font-weight',
  'height',
  'line-height',
  'margin',
  'padding',
  'text-align',
  'text-decoration',
  'vertical-align',
  'width',
];
export const RULES = {
  allowedTags: [...sanitizeHtml.defaults.allowedTags, 'img', 'font', 'center'],
  allowedAttributes: {
    '*': ['style', 'dir', 'lang', 'title', 'align', 'valign', 'width', 'height', 'bgcolor'],
    a: ['href', 'target', 'rel'],
    img: ['src', 'alt'],
    table: ['border', 'cellpadding', 'cellspacing'],
    td: ['colspan', 'rowspan'],
    th: ['colspan', 'rowspan'],
  },
  allowedStyles: { '*': Object.fromEntries(STYLES.map((name) => [name, [HARMLESS]])) },
  allowedSchemes: ['http', 'https', 'mailto', 'tel', 'cid'],
  transformTags: { a: sanitizeHtml.simpleTransform('a', { target: '_blank', rel: 'noopener noreferrer' }) },
};
