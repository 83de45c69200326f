// Messages in NocoBase's own notifications. Both of its plugins for them are optional.
import type { Database } from '@nocobase/database';
import type { Application } from '@nocobase/server';
import type { Notification } from 'email-manager';
import { HostError } from './errors';

const CHANNEL_TYPE = 'in-app-message';
/** The channel that is made where there is none yet. */
const OWN_CHANNEL = 'email-manager';
/** How many of the user's latest messages are looked through for one of the same key. */
const LATEST = 100;

interface Sender {
  enabled: boolean;
  send(options: {
    channelName: string;
    triggerFrom: string;
    message: Record<string, unknown>;
    receivers: { type: 'userId'; value: number[] };
  }): Promise<{ status: string }>;
}

/** Leaves a message for a user, in the user's language; the same key again leaves none. */
export async function notify(
  app: Application,
  db: Database,
  namespace: string,
  { key, userId, title, content, values, path }: Notification,
): Promise<void> {
  const manager = app.pm.get('notification-manager') as Sender | undefined;
  if (!manager?.enabled || !app.pm.get('notification-in-app-message')?.enabled) return;
  if (await isThere(db, userId, key)) return;
  const language = await languageOf(db, userId);
  await app.localeManager.loadResourcesByLang(language);
  const t = (text: string) =>
    app.i18n.t(text, { ns: namespace, lng: language, interpolation: { escapeValue: false }, ...values });
  const { status } = await manager.send({
    channelName: await channel(db, t('Email')),
    triggerFrom: namespace,
    message: { title: t(title), content: t(content), options: { url: path, key } },
    receivers: { type: 'userId', value: [userId] },
  });
  if (status !== 'success') throw new HostError('host_failed', 'the in-app notification was not sent');
}

async function isThere(db: Database, userId: number, key: string): Promise<boolean> {
  const rows = await db.getRepository('notificationInAppMessages').find({
    filter: { userId },
    fields: ['options'],
    sort: ['-receiveTimestamp'],
    limit: LATEST,
  });
  return rows.some((row) => (row.get('options') as { key?: unknown } | null)?.key === key);
}

/** The name of a channel for in-app messages; a new site has none. */
async function channel(db: Database, title: string): Promise<string> {
  const channels = db.getRepository('notificationChannels');
  const [found] = await channels.find({
    filter: { notificationType: CHANNEL_TYPE },
    sort: ['createdAt'],
    limit: 1,
  });
  if (found) return String(found.get('name'));
  await channels.create({
    values: { name: OWN_CHANNEL, title, notificationType: CHANNEL_TYPE, options: {} },
  });
  return OWN_CHANNEL;
}

/** As the pages choose it: the user's language if the site has it, else the site's first one. */
async function languageOf(db: Database, userId: number): Promise<string> {
  const [user] = await db.getRepository('users').find({ filter: { id: userId }, fields: ['appLang'] });
  const [settings] = await db.getRepository('systemSettings').find({ limit: 1 });
  const enabled = (settings?.get('enabledLanguages') as string[] | null | undefined) ?? [];
  const own = user?.get('appLang');
  return enabled.find((language) => language === own) ?? enabled[0] ?? 'en-US';
}
