// npm --prefix js start [-- --size 10000] [--fresh]: a NocoBase with the plugin, and mailboxes to connect to it.
import { existsSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { buildPackage, packPackage } from './build/package.mjs';
import { UserError } from './common/errors.mjs';
import { demo } from './common/paths.mjs';
import { requireCargo, requireDisk, requireNode, requirePort } from './common/preflight.mjs';
import { claim, stopRemembered } from './common/processes.mjs';
import { elapsed, main } from './common/report.mjs';
import { mailboxes, saveDemoSettings } from './demo-settings.mjs';
import { startInstance } from './demo/instance.mjs';
import { buildSimulator, startSimulator } from './demo/simulator.mjs';
import { administrator } from './nocobase/server.mjs';

const DIR = path.join(demo, 'start');

/** What a first start writes, cache and compiler output included, and what a later one may add. */
const FIRST_DISK = 4e9;
const LATER_DISK = 5e8;

await main(async () => {
  const { size, fresh } = options();
  const ports = choosePorts();
  await preflight(ports);
  await buildPackage();
  const tgz = await packPackage();
  await buildSimulator();
  const simulator = await startSimulator({
    dir: DIR,
    port: ports.simulator,
    google: `${mailboxes.google}:${size}`,
    microsoft: `${mailboxes.microsoft}:${size}`,
  });
  const instance = await startInstance({ dir: DIR, ports, tgz, fresh });
  await saveDemoSettings(instance.url, instance.token, simulator.url);
  process.stdout.write(welcome(instance.url, size));
  await instance.nocobase().exited;
  throw new UserError(`NocoBase ended by itself; ${instance.nocobase().log} says why.`);
});

function options() {
  const { values } = parseArgs({
    options: { size: { type: 'string', default: '200' }, fresh: { type: 'boolean', default: false } },
  });
  const size = Number(values.size);
  if (!Number.isInteger(size) || size < 1)
    throw new UserError('--size is the number of messages in each mailbox, from 1 to 200000.');
  return { size, fresh: values.fresh };
}

function choosePorts() {
  const nocobase = port('PORT', 13000);
  return {
    nocobase,
    database: port('DATABASE_PORT', nocobase + 1),
    simulator: port('SIMULATOR_PORT', nocobase + 2),
  };
}

function port(variable, otherwise) {
  const chosen = Number(process.env[variable] || otherwise);
  if (!Number.isInteger(chosen) || chosen < 1 || chosen > 65535)
    throw new UserError(`${variable} must be a port number.`);
  return chosen;
}

/** Everything that can be known to fail is said before minutes are spent on building. */
async function preflight(ports) {
  requireNode();
  requireCargo();
  requireDisk(existsSync(path.join(DIR, 'app/.installed')) ? LATER_DISK : FIRST_DISK);
  claim(
    path.join(DIR, 'start.pid'),
    (pid) => `This checkout's demo runs already (process ${pid}); stop that one first.`,
  );
  await stopRemembered(path.join(DIR, 'app/nocobase.pid'));
  await stopRemembered(path.join(DIR, 'simulator.pid'));
  await requirePort(ports.nocobase, 'NocoBase', 'PORT');
  await requirePort(ports.simulator, 'the simulator', 'SIMULATOR_PORT');
}

function welcome(url, size) {
  return `
Ready after ${elapsed()} s. Email manager runs in NocoBase at

    ${url}

    user      ${administrator.account}
    password  ${administrator.password}

To a connected mailbox (each has ${size} messages):
  1. Open ${url}/admin/mail (the mail icon, top right) and click "Link account".
  2. Choose Gmail for ${mailboxes.google}, or Outlook for ${mailboxes.microsoft}.
  3. Click "Allow" on the provider's page, which the simulator shows.

Ctrl-C stops everything.
`;
}
