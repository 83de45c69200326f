// Who may do what, by their roles in NocoBase.
import type { Database } from '@nocobase/database';
import type { Application, Context } from '@nocobase/server';

/** NocoBase's role that may do everything. */
const ROOT = 'root';

/** Whether one of the roles in which the user acts has the permission for all of `settings`. */
export function canConfigure(app: Application, context: Context, settings: string[]): boolean {
  return actingRoles(context).some((name) => configures(app, name, settings));
}

/** Whether one of the roles in which the user acts was given the general permission of this name. */
export function isPermitted(app: Application, context: Context, permission: string): boolean {
  return actingRoles(context).some((name) => {
    if (name === ROOT) return true;
    return Boolean(app.acl.getRole(name)?.getStrategy()?.matchAction(permission));
  });
}

/** The users who have a role with the permission for all of `settings`, whether they act in it now or not. */
export async function administrators(app: Application, db: Database, settings: string[]): Promise<number[]> {
  if (!db.getCollection('rolesUsers')) return [];
  const roles = await db.getRepository('roles').find({ fields: ['name'] });
  const names = roles.map((role) => String(role.get('name')));
  const roleName = { $in: names.filter((name) => configures(app, name, settings)) };
  const held = await db.getRepository('rolesUsers').find({ filter: { roleName }, fields: ['userId'] });
  return [...new Set(held.map((row) => Number(row.get('userId'))))];
}

function configures(app: Application, name: string, settings: string[]): boolean {
  if (name === ROOT) return true;
  const role = app.acl.getRole(name);
  return settings.length > 0 && settings.every((path) => role?.snippetAllowed(path) === true);
}

function actingRoles({ state: { currentRoles, currentRole } }: Context): string[] {
  if (currentRoles?.length) return currentRoles;
  return currentRole === undefined ? [] : [currentRole];
}
