// What the plugin has stored, by its own API.
import { call } from '../../../js/tools/nocobase/api.mjs';

/** The provider ids of the user's stored mails of one mailbox, sorted. */
export async function storedIds(url, token, email) {
  const filter = encodeURIComponent(JSON.stringify({ email }));
  const ids = [];
  for (let page = 1, pages = 1; page <= pages; page += 1) {
    const action = `mailMessages:listPerson?page=${page}&pageSize=200&sort=id&filter=${filter}`;
    const { data, meta } = await call(url, token, action);
    ids.push(...data.map(({ mailId }) => mailId));
    pages = meta.totalPage;
  }
  return ids.sort();
}
