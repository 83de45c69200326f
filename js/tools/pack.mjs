// npm --prefix js run pack: the .tgz for NocoBase's plugin manager, in pkg/. Its path is the only line on standard output.
import process from 'node:process';
import { buildPackage, packPackage } from './build/package.mjs';
import { requireDisk } from './common/preflight.mjs';
import { main } from './common/report.mjs';

/** What the first build writes, the compiler and its output included. */
const BUILD_DISK = 2e9;

await main(async () => {
  requireDisk(BUILD_DISK);
  await buildPackage();
  process.stdout.write(`${await packPackage()}\n`);
});
