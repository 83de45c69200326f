// npm --prefix js run pack: the .tgz for NocoBase's plugin manager, in pkg/. Its path is the only line on standard output.
import process from 'node:process';
import { buildPackage, packPackage } from './build/package.mjs';
import { main } from './common/report.mjs';

await main(async () => {
  await buildPackage();
  process.stdout.write(`${await packPackage()}\n`);
});
