import type { ProviderType } from '../host/types';
import type { TrialReport } from '../host/settingsTypes';

const CHANNEL = 'nocobase-plugin-email-manager';
const POPUP_KEY = `${CHANNEL}:popup`;
const RETURN_KEY = `${CHANNEL}:return`;
const TRIAL_KEY = `${CHANNEL}:trial`;

/**
 * Shows the provider's consent page in a window of its own, or in this tab when the browser blocks that.
 *
 * @param getUrl asks the server for the address; called after the window has been opened, which browsers allow only
 *   directly after a click
 */
export async function openConsent(getUrl: () => Promise<string>): Promise<void> {
  const popup = window.open('about:blank', 'mail-consent', features());
  try {
    // The window's own storage outlives the provider's pages, which may cut its tie to this one.
    popup?.sessionStorage.setItem(POPUP_KEY, '1');
    const url = await getUrl();
    if (popup) {
      popup.location.replace(url);
    } else {
      // The way back leads to where the user is now.
      const { pathname, search } = window.location;
      sessionStorage.setItem(RETURN_KEY, `${pathname}${search}`);
      window.location.assign(url);
    }
  } catch (error) {
    popup?.close();
    throw error;
  }
}

/** Whether this window was opened by `openConsent`. */
export function isPopup(): boolean {
  return sessionStorage.getItem(POPUP_KEY) !== null;
}

/** Where the user came from, as a path of this site, when the consent page was shown in the same tab. */
export function returnPath(): string | null {
  const path = sessionStorage.getItem(RETURN_KEY);
  return path && /^\/(?![/\\])/.test(path) ? path : null;
}

/** The same, once. */
export function takeReturnPath(): string | null {
  const path = returnPath();
  sessionStorage.removeItem(RETURN_KEY);
  return path;
}

/** Tells the other windows of this site that an account was linked. */
export function announceLinked(): void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.postMessage({ type: 'linked' });
  channel.close();
}

/** Calls `listener` when another window has linked an account. */
export function onLinked(listener: () => void): () => void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.onmessage = ({ data }: MessageEvent<{ type?: string } | null>) => {
    if (data?.type === 'linked') listener();
  };
  return () => channel.close();
}

/** Hands what a test sign-in found to the settings page: in its own window, or in this one on the way back. */
export function announceTrial(report: TrialReport): void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.postMessage({ type: 'trial', report });
  channel.close();
  if (!isPopup()) sessionStorage.setItem(TRIAL_KEY, JSON.stringify(report));
}

/** Calls `listener` with what a test sign-in in another window found. */
export function onTrial(listener: (report: TrialReport) => void): () => void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.onmessage = ({ data }: MessageEvent<{ type?: string; report?: TrialReport } | null>) => {
    if (data?.type === 'trial' && data.report) listener(data.report);
  };
  return () => channel.close();
}

/** What a test sign-in in this window has just found, once. */
export function takeTrial(section: ProviderType): TrialReport | undefined {
  const stored = sessionStorage.getItem(TRIAL_KEY);
  const report = stored === null ? undefined : (JSON.parse(stored) as TrialReport);
  if (report?.section !== section) return undefined;
  sessionStorage.removeItem(TRIAL_KEY);
  return report;
}

function features(): string {
  const [width, height] = [540, 700];
  const left = Math.max(0, window.screenX + (window.outerWidth - width) / 2);
  const top = Math.max(0, window.screenY + (window.outerHeight - height) / 2);
  return `popup,width=${width},height=${height},left=${Math.round(left)},top=${Math.round(top)}`;
}
