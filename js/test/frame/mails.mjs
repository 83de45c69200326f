// The corpus of hostile mails, as it comes and as the module shows it.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../../tools/common/paths.mjs';

const folder = path.join(root, 'tests/corpus');

/** @returns {string[]} every mail of tests/corpus */
export function hostileMails() {
  return readdirSync(folder)
    .sort()
    .flatMap((file) => Object.values(JSON.parse(readFileSync(path.join(folder, file), 'utf8'))).flat());
}

/** What the module would store of each, by the same code compiled for this machine. */
export function sanitise(mails) {
  const { status, stdout, stderr } = spawnSync(
    'cargo',
    ['run', '--quiet', '--locked', '--example', 'sanitise'],
    {
      cwd: root,
      input: JSON.stringify(mails),
      maxBuffer: 64 << 20,
    },
  );
  if (status !== 0) throw new Error(`The mails could not be sanitised: ${stderr}`);
  return JSON.parse(stdout);
}
