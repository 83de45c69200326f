// The whole package, built and packed.
import { cpSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { ensureModules } from '../common/modules.mjs';
import { buildState, pkg, root } from '../common/paths.mjs';
import { step } from '../common/report.mjs';
import { run } from '../common/run.mjs';
import { buildBundles } from './bundle.mjs';
import { copyLocales } from './locale.mjs';
import { buildModules } from './wasm.mjs';

/** Builds what has changed of pkg/dist. */
export async function buildPackage(options) {
  await ensureModules();
  await buildModules(options);
  await buildBundles();
  copyLocales();
}

/**
 * Packs pkg/ the way the plugin manager takes it, with the licence of the project.
 *
 * @returns {Promise<string>} the path of the .tgz
 */
export async function packPackage() {
  const { name, version } = JSON.parse(readFileSync(path.join(pkg, 'package.json'), 'utf8'));
  const stage = path.join(buildState, 'package');
  rmSync(stage, { recursive: true, force: true });
  mkdirSync(buildState, { recursive: true });
  cpSync(pkg, stage, { recursive: true, filter: (file) => !file.endsWith('.tgz') });
  cpSync(path.join(root, 'LICENSE'), path.join(stage, 'LICENSE'));
  await run('npm', ['pack', '--ignore-scripts', '--loglevel=error'], { cwd: stage, quiet: true });
  const file = `${name}-${version}.tgz`;
  const packed = path.join(pkg, file);
  renameSync(path.join(stage, file), packed);
  step(`packed ${path.relative(root, packed)}`);
  return packed;
}
