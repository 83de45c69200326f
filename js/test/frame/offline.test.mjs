// The list while there is no network.
import assert from 'node:assert/strict';
import test from 'node:test';
import { mailOf, openCentre } from './centre.mjs';
import { refusal } from './stage.mjs';

for (const [name, act] of [
  [
    'moved to the trash',
    (row) => row.locator('[data-action=trash]').dispatchEvent('click', { bubbles: true }),
  ],
  ['starred', (row) => row.locator('[data-action=star]').dispatchEvent('click', { bubbles: true })],
])
  test(`without a network a mail that was ${name} is at once as it was, and the list comes with the network`, async (context) => {
    const { page, server, row } = await openCentre(
      context,
      [3, 2, 1].map((id) => mailOf(id)),
    );
    const ids = () =>
      page.locator('[data-message]').evaluateAll((rows) => rows.map((each) => each.dataset.message));
    let attempts = 0;
    server.answer = ({ url }) => {
      if (url === 'mail:messagesOrganise') attempts += 1;
      throw refusal(502, 'the server is away');
    };
    await act(row(2));
    await page.locator('.ant-message').getByText('The server is away').waitFor();
    await row(2).waitFor();
    assert.deepEqual(await ids(), ['3', '2', '1']);
    assert.equal(await row(2).locator('.mail-star-on').count(), 0);
    assert.equal(attempts, 1);
    const problem = page.locator('.mail-list-problem');
    await problem.waitFor();

    server.rows = [mailOf(4), ...server.rows];
    server.answer = () => undefined;
    await page.evaluate(() => window.dispatchEvent(new Event('online')));
    await row(4).waitFor();
    await problem.waitFor({ state: 'detached' });
    assert.deepEqual(await ids(), ['4', '3', '2', '1']);
  });
