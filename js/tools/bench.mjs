// npm --prefix js run bench [-- NAME…]: figures as JSON lines on standard output, and as a table on standard error.
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { buildPackage } from './build/package.mjs';
import { UserError } from './common/errors.mjs';
import { js } from './common/paths.mjs';
import { main, step } from './common/report.mjs';

const FOLDER = path.join(js, 'bench');

await main(async () => {
  const prefixes = process.argv.slice(2);
  const isWanted = (name) => prefixes.length === 0 || prefixes.some((prefix) => name.startsWith(prefix));
  const isChosen = ({ names, onlyByName }) => names.some(isWanted) && (prefixes.length > 0 || !onlyByName);
  const chosen = (await benches()).filter(isChosen);
  if (chosen.length === 0) throw new UserError(`No figure begins with ${prefixes.join(' or ')}.`);
  await buildPackage();
  const figures = [];
  const report = (name, value, unit) => {
    if (!isWanted(name)) return;
    figures.push({ name, value, unit });
    process.stdout.write(`${JSON.stringify({ name, value, unit })}\n`);
  };
  for (const { file, run } of chosen) {
    step(`measuring ${path.basename(file, '.mjs')}`);
    await run(report);
  }
  process.stderr.write(table(figures));
});

/**
 * The files of js/bench: each exports `names`, the figures it can give, and `run(report)`, which gives them; with
 * `onlyByName` they take so long that nobody gets them without asking.
 */
async function benches() {
  const files = existsSync(FOLDER)
    ? readdirSync(FOLDER)
        .filter((name) => name.endsWith('.mjs'))
        .sort()
    : [];
  return Promise.all(
    files.map(async (name) => {
      const file = path.join(FOLDER, name);
      const { names, run, onlyByName = false } = await import(pathToFileURL(file).href);
      return { file, names, run, onlyByName };
    }),
  );
}

function table(figures) {
  const width = Math.max(...figures.map(({ name }) => name.length));
  const lines = figures.map(
    ({ name, value, unit }) => `${name.padEnd(width)}  ${rounded(value).padStart(12)} ${unit}`,
  );
  return `\n${lines.join('\n')}\n`;
}

function rounded(value) {
  return Number.isInteger(value) ? value.toLocaleString('en-US') : value.toPrecision(4);
}
