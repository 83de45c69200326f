// A mailbox to work on.

const PAGE = 500;

/** The sources of all mails of a mailbox at the simulator's Gmail. */
export async function download({ root, token }) {
  const get = async (address) => {
    const answer = await fetch(`${root}gmail/v1/users/me/messages${address}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    if (!answer.ok) throw new Error(`the simulator answered ${answer.status}`);
    return answer.json();
  };
  const found = [];
  for (let page = ''; ;) {
    const { messages, nextPageToken } = await get(`?maxResults=${PAGE}&includeSpamTrash=true${page}`);
    for (const { id } of messages) found.push(Buffer.from((await get(`/${id}?format=raw`)).raw, 'base64url'));
    if (!nextPageToken) return found;
    page = `&pageToken=${encodeURIComponent(nextPageToken)}`;
  }
}
