// Loads a TypeScript module of the pages, or of the shim, for a test.
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const client = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../client');

/** @param {string} name a path from js/client */
export async function load(name) {
  const { outputFiles } = await build({
    bundle: true,
    entryPoints: [path.join(client, name)],
    external: ['react', 'antd', '@ant-design/icons', 'node:*'],
    format: 'esm',
    logLevel: 'error',
    platform: 'neutral',
    write: false,
  });
  return import(`data:text/javascript,${encodeURIComponent(outputFiles[0].text)}`);
}
