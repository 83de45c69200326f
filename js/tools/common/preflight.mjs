// What must be there before anything is begun: disk, ports, tools.
import { mkdirSync, statfsSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import process from 'node:process';
import { cache, root } from './paths.mjs';
import { which } from './run.mjs';
import { UserError } from './errors.mjs';
import { size } from './report.mjs';

/** Refuses to begin when less than `needed` bytes are free for the checkout or the cache. */
export function requireDisk(needed) {
  mkdirSync(cache, { recursive: true });
  for (const folder of [root, cache]) {
    const { bavail, bsize } = statfsSync(folder);
    const free = bavail * bsize;
    if (free < needed) {
      throw new UserError(
        `Too little disk: ${size(free)} free in ${folder}, about ${size(needed)} needed. Free some and run this again.`,
      );
    }
  }
}

/** Refuses to begin when a port of 127.0.0.1 is taken; `variable` is what chooses another. */
export async function requirePort(port, purpose, variable) {
  const free = await new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
  if (!free) {
    throw new UserError(
      `Port ${port}, needed for ${purpose}, is taken. Stop what uses it or choose another: ${variable}=${port + 1}.`,
    );
  }
}

/** Refuses to begin without cargo. */
export function requireCargo() {
  if (!which('cargo')) {
    throw new UserError(
      'No Rust toolchain: install one by rustup (the Rust site tells how), then run this again.',
    );
  }
}

/** Refuses to begin on a Node older than the tools are written for. */
export function requireNode(major = 20) {
  if (Number(process.versions.node.split('.')[0]) < major) {
    throw new UserError(
      `Node ${major} or newer is needed; this is ${process.version} (${path.basename(process.execPath)}).`,
    );
  }
}
