// js/node_modules, installed when it is missing or no longer what package-lock.json says.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { js } from './paths.mjs';
import { requireNode } from './preflight.mjs';
import { run } from './run.mjs';
import { step } from './report.mjs';

/** Installs the tools' own npm packages; seconds the first time, nothing after that. */
export async function ensureModules() {
  requireNode();
  const lock = readFileSync(path.join(js, 'package-lock.json'));
  const wanted = createHash('sha256').update(lock).digest('hex');
  const marker = path.join(js, 'node_modules', '.installed-lock');
  if (existsSync(marker) && readFileSync(marker, 'utf8') === wanted) return;
  step("installing the tools' npm packages");
  await run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: js,
    quiet: true,
    failure:
      "The tools' npm packages could not be installed: is the npm registry reachable? Run this again to resume.",
  });
  writeFileSync(marker, wanted);
}
