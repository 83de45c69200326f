// npm --prefix js run build [-- -O2]: the package's files in pkg/dist.
import process from 'node:process';
import { buildPackage } from './build/package.mjs';
import { main } from './common/report.mjs';

await main(async () => {
  const optimise = process.argv.slice(2).find((argument) => argument.startsWith('-O'));
  await buildPackage({ optimise });
});
