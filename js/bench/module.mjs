// The released module: its size, and how long a host waits for it.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { spawnSync } from 'node:child_process';
import { gzipSync } from 'node:zlib';
import { pkg } from '../tools/common/paths.mjs';
import { modulePath } from '../tools/build/wasm.mjs';
import { median } from '../tools/common/median.mjs';

const RUNS = 9;

export const names = ['module.bytes', 'module.gzip_bytes', 'module.instantiate_ms'];

export async function run(report) {
  const bytes = readFileSync(modulePath);
  report('module.bytes', bytes.length, 'B');
  report('module.gzip_bytes', gzipSync(bytes, { level: 9 }).length, 'B');
  report('module.instantiate_ms', median(Array.from({ length: RUNS }, loadOnce)), 'ms');
}

/** Loads the module with its glue in a process of its own, as a host that starts does. */
function loadOnce() {
  const glue = path.join(pkg, 'dist/wasm/email_manager.js');
  const script = `const begun = performance.now(); require(${JSON.stringify(glue)}); console.log(performance.now() - begun);`;
  const { status, stdout, stderr } = spawnSync(process.execPath, ['-e', script], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`the module does not load: ${stderr}`);
  return Number(stdout);
}
