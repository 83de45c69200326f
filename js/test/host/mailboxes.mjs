// The built module in NocoBase, all in this process, with the simulated providers beside it and an administrator signed in.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { pkg } from '../../tools/common/paths.mjs';
import { mailboxes, saveDemoSettings } from '../../tools/demo-settings.mjs';
import { firstSync, linkMailbox } from '../../tools/demo/link.mjs';
import { buildSimulator, startSimulator } from '../../tools/demo/simulator.mjs';
import { startApplication } from './application.mjs';
import { dialects, loadServer, requireNocobase } from './nocobase.mjs';

const PORT = Number(process.env.EMAIL_MANAGER_TEST_SIMULATOR_PORT ?? 14320);

const wasm = createRequire(import.meta.url)(path.join(pkg, 'dist/wasm/email_manager.js'));

/** Starts everything; each mailbox has a few mails. */
export async function startMailboxes() {
  await buildSimulator();
  const dir = mkdtempSync(path.join(tmpdir(), 'email-manager-mailboxes-'));
  const { google, microsoft } = mailboxes;
  const sizes = { google: `${google}:5`, microsoft: `${microsoft}:5` };
  const simulator = await startSimulator({ dir, port: PORT, ...sizes });
  const database = await dialects.postgres();
  const requireHost = await requireNocobase();
  const requireModule = (name) => (name === 'email-manager' ? wasm : requireHost(name));
  const { default: plugin } = await loadServer('index.ts', requireModule);
  const running = await startApplication(requireHost, database.options, plugin);
  const token = await running.signInRoot();
  const url = new URL(running.base).origin;
  await saveDemoSettings(url, token, simulator.url);
  return {
    running,
    simulator,
    token,
    url,
    async link(type) {
      await firstSync(url, token, await linkMailbox(url, token, type, mailboxes[type]));
    },
    async control(name, body) {
      const answer = await fetch(`${simulator.url}/control/${name}`, {
        method: 'POST',
        body: JSON.stringify(body),
      });
      assert.equal(answer.status, 200, await answer.text());
    },
    async close() {
      await running.close();
      await database.stop();
      await simulator.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
