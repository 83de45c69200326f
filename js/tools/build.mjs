// npm --prefix js run build [-- -O2]: the package's files in pkg/dist.
import process from 'node:process';
import { buildPackage } from './build/package.mjs';
import { requireDisk } from './common/preflight.mjs';
import { main } from './common/report.mjs';

/** What the first build writes, the compiler and its output included. */
const BUILD_DISK = 2e9;

await main(async () => {
  requireDisk(BUILD_DISK);
  const optimise = process.argv.slice(2).find((argument) => argument.startsWith('-O'));
  await buildPackage({ optimise });
});
