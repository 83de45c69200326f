// Where things are: in the checkout, and in the cache that all checkouts share.
import { homedir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of the checkout. */
export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../..');

export const js = path.join(root, 'js');
export const pkg = path.join(root, 'pkg');

/** Everything the demo and the end-to-end tests write; ignored by git. */
export const demo = path.join(root, '.demo');

/** Fingerprints and intermediate files of the build; ignored by git. */
export const buildState = path.join(js, '.build');

/** Tools and installations that outlive a checkout, each under its own version. */
export const cache = path.join(process.env.XDG_CACHE_HOME || path.join(homedir(), '.cache'), 'email-manager');

/** Cargo's target folder, the way cargo itself chooses it. */
export const cargoTarget = path.resolve(root, process.env.CARGO_TARGET_DIR || 'target');
