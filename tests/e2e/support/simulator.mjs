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

/** What a mailbox holds at the provider. */
export async function mailboxState(simulator, email) {
  const answer = await fetch(`${simulator.url}/control/state?mailbox=${encodeURIComponent(email)}`);
  return answer.json();
}
