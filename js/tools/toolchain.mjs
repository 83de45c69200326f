// Prepares everything that builds and tests the module, and says what was chosen: for a machine image, or to look into a problem.
import { ensureModules } from './common/modules.mjs';
import { requireDisk } from './common/preflight.mjs';
import { main, step } from './common/report.mjs';
import { ensureWasmBindgen } from './toolchain/wasm-bindgen.mjs';
import { wasmToolchain } from './toolchain/wasm-target.mjs';

await main(async () => {
  requireDisk(3e9);
  await ensureModules();
  const { name } = await wasmToolchain();
  step(`module compiled by ${name}`);
  const { bindgen } = await ensureWasmBindgen();
  step(`glue by ${bindgen}`);
});
