// A note that is being written outlives looking at another email, a reload and a crash of the tab. It stays in the tab,
// so that nobody else at this browser finds it.
const PREFIX = 'email-manager:note:';

/** What was written for an email and not saved; undefined where nothing was begun. */
export function unsavedNote(message: number): string | undefined {
  try {
    return sessionStorage.getItem(PREFIX + message) ?? undefined;
  } catch {
    return undefined;
  }
}

export function keepUnsavedNote(message: number, text: string): void {
  try {
    sessionStorage.setItem(PREFIX + message, text);
  } catch {
    // Without room, or where the browser keeps nothing, it lasts as long as the email is open.
  }
}

export function forgetUnsavedNote(message: number): void {
  try {
    sessionStorage.removeItem(PREFIX + message);
  } catch {
    // As above.
  }
}
