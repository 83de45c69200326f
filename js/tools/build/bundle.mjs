// The JavaScript of the package: pkg/dist/server, client and client-v2, each one file, with what the host supplies left out.
// The editor, which only writing needs, is a file beside them that both lanes load when somebody begins to write.
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { js, pkg } from '../common/paths.mjs';
import { step } from '../common/report.mjs';
import { client, clientV2, server, versions } from '../externals.mjs';
import { unlessUnchanged } from './unchanged.mjs';

/** The AMD name under which the host looks for the plugin; its v2 entry is this with `/client-v2` behind it. */
const NAME = 'nocobase-plugin-email-manager';

/** How js/server imports the modules: by name. */
const MODULES = {
  'email-manager': '../wasm/email_manager.js',
  'email-manager-stand-in': '../stand-in/stand_in.js',
};

const dist = path.join(pkg, 'dist');

export async function buildBundles() {
  const inputs = [
    'server',
    'client',
    'shared',
    'locale',
    'package-lock.json',
    'tools/externals.mjs',
    'tools/build',
  ];
  const outputs = [
    'server/index.js',
    'client/index.js',
    'client-v2/index.js',
    'client/editor.js',
    'externalVersion.js',
  ];
  const ran = await unlessUnchanged(
    'bundles',
    {
      inputs: inputs.map((name) => path.join(js, name)),
      outputs: outputs.map((name) => path.join(dist, name)),
      settings: null,
    },
    async () => {
      step('bundling the JavaScript');
      await bundleServer();
      const version = await bundleEditor();
      const editor = (place) => `${place}editor.js?v=${version}`;
      await bundleClient('client/v1.tsx', 'client/index.js', NAME, client, editor('./'));
      await bundleClient(
        'client/v2.tsx',
        'client-v2/index.js',
        `${NAME}/client-v2`,
        clientV2,
        editor('../client/'),
      );
      writeFileSync(
        path.join(dist, 'externalVersion.js'),
        `module.exports = ${JSON.stringify(versions, null, 2)};\n`,
      );
    },
  );
  if (!ran) step('JavaScript unchanged');
}

const common = {
  absWorkingDir: js,
  bundle: true,
  charset: 'utf8',
  format: 'cjs',
  jsx: 'transform',
  legalComments: 'inline',
  logLevel: 'warning',
};

/** CommonJS for Node. The glue of a module stays a file of its own: it reads the .wasm beside it. */
async function bundleServer() {
  const { build } = await import('esbuild');
  await build({
    ...common,
    entryPoints: ['server/index.ts'],
    outfile: path.join(dist, 'server/index.js'),
    platform: 'node',
    target: 'node20',
    external: server,
    // What is imported later is required later, by the same loader as the rest.
    supported: { 'dynamic-import': false },
    plugins: [
      {
        name: 'module',
        setup({ onResolve }) {
          onResolve({ filter: /^email-manager(-stand-in)?$/ }, ({ path: name }) => ({
            path: MODULES[name],
            external: true,
          }));
        },
      },
    ],
  });
}

/** A module of the browser's own kind, with nothing left out. Returns what its address changes with. */
async function bundleEditor() {
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    ...common,
    define: { 'process.env.NODE_ENV': '"production"' },
    entryPoints: ['client/compose/editor/editor.ts'],
    format: 'esm',
    minify: true,
    platform: 'browser',
    target: 'es2021',
    write: false,
  });
  const file = path.join(dist, 'client/editor.js');
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, outputFiles[0].contents);
  return createHash('sha256').update(outputFiles[0].contents).digest('hex').slice(0, 12);
}

/** An AMD module: esbuild's CommonJS inside a factory that receives what the host defines. */
async function bundleClient(entry, output, name, external, editor) {
  const { build } = await import('esbuild');
  const { metafile, outputFiles } = await build({
    ...common,
    define: {
      'process.env.NODE_ENV': '"production"',
      CLIENT_ADDRESS: 'address',
      EDITOR_FILE: JSON.stringify(editor),
    },
    entryPoints: [entry],
    external,
    loader: { '.svg': 'dataurl', '.css': 'text' },
    metafile: true,
    minifySyntax: true,
    minifyWhitespace: true,
    platform: 'browser',
    target: 'es2021',
    write: false,
    outfile: path.join(dist, output),
  });
  const imports = Object.values(metafile.outputs).flatMap((file) => file.imports);
  const dependencies = [
    ...new Set(imports.filter((found) => found.external).map((found) => found.path)),
  ].sort();
  const file = path.join(dist, output);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, amd(name, dependencies, outputFiles[0].text));
}

function amd(name, dependencies, code) {
  return [
    // Only while it is read does a script know where it came from.
    `(function (address) {`,
    `define(${JSON.stringify(name)}, ${JSON.stringify(dependencies)}, function () {`,
    `var supplied = arguments, names = ${JSON.stringify(dependencies)}, module = { exports: {} }, exports = module.exports;`,
    `function require(name) { return supplied[names.indexOf(name)]; }`,
    code.trimEnd(),
    `return module.exports;`,
    `});`,
    `})(typeof document === 'object' && document.currentScript ? document.currentScript.src : '');`,
    '',
  ].join('\n');
}
