// Whether people who can't see, point or read small print can use a page: axe-core looks at it as it stands.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { js } from '../../../js/tools/common/paths.mjs';
import { picture } from './browser.mjs';

const AXE = readFileSync(path.join(js, 'node_modules/axe-core/axe.min.js'), 'utf8');

/**
 * Checks that what `selector` names has no serious fault, and keeps a picture of it.
 *
 * @param {string} name of the picture, and in what is said of faults
 */
export async function assertAccessible(page, selector, name) {
  // What is still fading in is paler than it is going to be.
  await page.waitForFunction(() =>
    document
      .getAnimations()
      .every((each) => each.effect.getComputedTiming().endTime === Infinity || each.playState !== 'running'),
  );
  await picture(page, name);
  await page.evaluate(`window.axe || (() => { ${AXE} })()`);
  const faults = await page.evaluate(async (selector) => {
    const { violations, passes } = await window.axe.run(selector, { resultTypes: ['violations'] });
    if (passes.length === 0) return [`nothing was looked at in ${selector}`];
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, nodes }) =>
        nodes.map(({ html, any }) => `${id}: ${html.slice(0, 200)} ${any[0]?.message ?? ''}`),
      );
  }, selector);
  assert.deepEqual(faults, [], name);
}
