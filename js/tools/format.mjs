// npm --prefix js run format: Rust by rustfmt, everything in js/ and the tests' JavaScript by prettier.
import process from 'node:process';
import { ensureModules } from './common/modules.mjs';
import { main } from './common/report.mjs';
import { run } from './common/run.mjs';
import { formatted, prettier } from './test/prettier.mjs';

await main(async () => {
  await ensureModules();
  await run('cargo', ['fmt', '--all']);
  await run(process.execPath, [prettier, '--write', '--log-level=warn', ...formatted]);
});
