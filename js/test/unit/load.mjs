// Loads a TypeScript module of the pages for a test.
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const client = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../client');

/** @param {string} name a path below js/client */
export async function load(name) {
  const { outputFiles } = await build({
    bundle: true,
    entryPoints: [path.join(client, name)],
    external: ['react', 'antd', '@ant-design/icons'],
    format: 'esm',
    logLevel: 'error',
    platform: 'neutral',
    write: false,
  });
  return import(`data:text/javascript,${encodeURIComponent(outputFiles[0].text)}`);
}
