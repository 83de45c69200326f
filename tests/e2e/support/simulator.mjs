// The simulator's control interface.

/** Sends a command, for example `deliver`. */
export async function control(simulator, command, body) {
  const answer = await fetch(`${simulator.url}/control/${command}`, {
    method: 'POST',
    body: JSON.stringify(body),
  });
  if (!answer.ok)
    throw new Error(`the simulator refused ${command}: ${answer.status} ${await answer.text()}`);
}

/** The ids of what a mailbox holds at the provider, sorted; Outlook's are the immutable ones. */
export async function providerIds(simulator, email) {
  const answer = await fetch(`${simulator.url}/control/state?mailbox=${encodeURIComponent(email)}`);
  const { messages } = await answer.json();
  return messages.map(({ id, immutableId }) => immutableId ?? id).sort();
}

/** How the newest mail with a subject stands at the provider; `undefined` where there is none. */
export async function heldBy(simulator, email, subject) {
  const query = new URLSearchParams({ mailbox: email, content: 'true', limit: '20' });
  const { messages } = await (await fetch(`${simulator.url}/control/state?${query}`)).json();
  const mail = messages.find((each) => each.subject === subject);
  return mail && { box: boxOf(mail), read: !mail.unread, starred: mail.starred };
}

const FOLDERS = { Inbox: 'in', 'Deleted Items': 'trash', 'Junk Email': 'spam' };
const LABELS = { TRASH: 'trash', SPAM: 'spam', INBOX: 'in' };

function boxOf({ folder, labels }) {
  if (folder) return FOLDERS[folder] ?? 'archive';
  const [label] = Object.keys(LABELS).filter((each) => labels.includes(each));
  return LABELS[label] ?? 'archive';
}

/** What has been asked of the simulator so far: requests and parts of batches by method. */
export async function stats(simulator) {
  return (await fetch(`${simulator.url}/control/stats`)).json();
}

/** Every mail that was really sent from a mailbox, in order. */
export async function sentMails(simulator, email) {
  const answer = await fetch(`${simulator.url}/control/sent?mailbox=${encodeURIComponent(email)}`);
  return (await answer.json()).sent;
}
