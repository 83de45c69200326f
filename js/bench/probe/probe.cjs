// Loaded into the host's process by the bench: how long its event loop is held up, and how much memory it takes, between
// the moments at which the files `begin` and `end` appear in the folder named by EMAIL_MANAGER_PROBE.
'use strict';
const { existsSync, renameSync, writeFileSync } = require('node:fs');
const path = require('node:path');
const { monitorEventLoopDelay } = require('node:perf_hooks');

const EVERY = 200;
const RESOLUTION = 5;
const folder = process.env.EMAIL_MANAGER_PROBE;

if (folder) {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION });
  const file = path.join(folder, `${process.pid}.json`);
  let before;
  let most = 0;
  const timer = setInterval(() => {
    const rss = process.memoryUsage.rss();
    if (!before && existsSync(path.join(folder, 'begin'))) {
      before = rss;
      delay.reset();
      delay.enable();
    }
    if (!before) return;
    most = Math.max(most, rss);
    if (!existsSync(path.join(folder, 'end'))) return;
    clearInterval(timer);
    // The timer's own resolution is part of what the histogram shows.
    const milliseconds = (nanoseconds) => nanoseconds / 1e6 - RESOLUTION;
    const result = {
      p99: milliseconds(delay.percentile(99)),
      max: milliseconds(delay.max),
      growth: (most - before) / 2 ** 20,
      cpuSeconds: process.cpuUsage().user / 1e6,
      rss: most,
    };
    writeFileSync(`${file}.draft`, JSON.stringify(result));
    renameSync(`${file}.draft`, file);
  }, EVERY);
  timer.unref();
}
