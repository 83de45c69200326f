// Writing on a page as narrow as a telephone.
import assert from 'node:assert/strict';
import test from 'node:test';
import { openStage } from './stage.mjs';

const WIDTH = 400;

test('a new mail can be written from the list where the tree is out of sight, and only there', async (context) => {
  const page = await openStage(context, () => []);
  const draw = (width) =>
    page.evaluate((width) => {
      window.wrote = [];
      window.stage.compose.write = (mailbox) => window.wrote.push(mailbox);
      const place = { ...window.stage.place, mailbox: 'me@shop.example' };
      window.stage.show('MailView', { width, place });
    }, width);
  await draw(WIDTH);
  const button = page.getByRole('button', { name: 'New mail' });
  await button.click();
  assert.deepEqual(await page.evaluate(() => window.wrote), ['me@shop.example']);
  assert.ok(await button.evaluate((element) => element.closest('.mail-list-pane') !== null));
  await draw(1400);
  await page.locator('.mail-tree').waitFor();
  assert.equal(await page.locator('.mail-list-pane').getByRole('button', { name: 'New mail' }).count(), 0);
});

/** A composer on such a page. */
async function openComposer(context) {
  const page = await openStage(context, () => []);
  await page.setViewportSize({ width: WIDTH, height: 800 });
  await page.evaluate(() => window.stage.show('WritingRoom'));
  await page.waitForFunction(() => window.stage.compose.ready && window.stage.compose.write);
  await page.evaluate(() => window.stage.compose.write(null));
  const composer = page.locator('.mail-composer');
  await composer.getByRole('textbox', { name: 'Text of the email' }).waitFor();
  return { page, composer };
}

test('every button of the composer is in sight', async (context) => {
  const { composer } = await openComposer(context);
  const buttons = composer.getByRole('button');
  assert.ok((await buttons.count()) > 20);
  const outside = await buttons.evaluateAll((all) =>
    all
      .filter((button) => {
        const { left, right, top, bottom } = button.getBoundingClientRect();
        return left < 0 || right > innerWidth || top < 0 || bottom > innerHeight;
      })
      .map((button) => button.getAttribute('aria-label') ?? button.textContent),
  );
  assert.deepEqual(outside, []);
});

test('the next recipient is written behind the last one while there is room', async (context) => {
  const { composer } = await openComposer(context);
  const to = composer.getByRole('combobox', { name: 'To' });
  for (const name of ['Ann', 'Bo']) {
    await to.fill(`${name} <${name[0]}@x.example>`);
    await to.press('Enter');
    await composer.getByRole('button', { name: `Remove ${name}` }).waitFor();
  }
  const isBehind = async () => {
    const [chip, input] = await Promise.all(
      ['.mail-chip', '.mail-chips-input'].map((place) => composer.locator(place).last().boundingBox()),
    );
    return input.y < chip.y + chip.height / 2;
  };
  assert.ok(await isBehind());
  await to.fill('somebody.with.a.long.address@customer.example');
  assert.ok(!(await isBehind()));
  assert.ok((await to.boundingBox()).width > 200);
});
