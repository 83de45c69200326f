// Where a file of tests works. Files that run side by side have folders and ports of their own.
import path from 'node:path';
import process from 'node:process';
import { demo } from '../../../js/tools/common/paths.mjs';

const NUMBER = Number(process.env.EMAIL_MANAGER_GROUND ?? 0);
const FIRST_PORT = 13500 + 10 * NUMBER;

/** The folder of the installation. */
export const DIR = path.join(demo, NUMBER === 0 ? 'e2e' : `e2e-${NUMBER}`);

/** The ports, of 127.0.0.1. */
export const PORTS = {
  nocobase: FIRST_PORT,
  database: FIRST_PORT + 1,
  simulator: FIRST_PORT + 2,
  secondNode: FIRST_PORT + 3,
};
