// What prettier keeps in shape; both the check and the command that repairs read this.
import path from 'node:path';
import { js, root } from '../common/paths.mjs';

export const prettier = path.join(js, 'node_modules/prettier/bin/prettier.cjs');

/** Patterns, from the root of the checkout. */
export const formatted = [
  'js/**/*.{ts,tsx,mjs,json,css}',
  'pkg/*.{js,json}',
  'tests/e2e/**/*.mjs',
  '!**/node_modules/**',
  '!**/package-lock.json',
  '!js/.build/**',
].concat([
  `--config=${path.relative(root, path.join(js, '.prettierrc.json'))}`,
  '--no-error-on-unmatched-pattern',
]);
