import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { test } from 'node:test';
import vm from 'node:vm';
import { pkg } from '../common/paths.mjs';
import { client, clientV2 } from '../externals.mjs';

const lanes = {
  'client/index.js': { name: 'nocobase-plugin-email-manager', host: client },
  'client-v2/index.js': { name: 'nocobase-plugin-email-manager/client-v2', host: clientV2 },
};

for (const [file, { name, host }] of Object.entries(lanes)) {
  test(`${file} is one AMD module that asks only for what its lane defines`, () => {
    const defined = [];
    const define = (...module) => defined.push(module);
    vm.runInNewContext(readFileSync(path.join(pkg, 'dist', file), 'utf8'), { define });
    assert.equal(defined.length, 1);
    const [called, dependencies, factory] = defined[0];
    assert.equal(called, name);
    assert.equal(typeof factory, 'function');
    const missing = [...dependencies].filter((dependency) => !host.includes(dependency));
    assert.deepEqual(missing, []);
  });
}

test('the server bundle announces its default export the way NocoBase looks for it', () => {
  const code = readFileSync(path.join(pkg, 'dist/server/index.js'), 'utf8');
  const require = createRequire(path.join(pkg, 'dist/server/index.js'));
  class Plugin {}
  const module = { exports: {} };
  const supplied = (name) => (name.startsWith('@nocobase/') ? { Plugin } : require(name));
  vm.compileFunction(code, ['require', 'module', 'exports', '__dirname', '__filename'])(
    supplied,
    module,
    module.exports,
    path.join(pkg, 'dist/server'),
    path.join(pkg, 'dist/server/index.js'),
  );
  assert.equal(module.exports.__esModule, true);
  assert.equal(Object.getPrototypeOf(module.exports.default), Plugin);
});
