// Who may configure the plugin.
import type { Application, Context } from '@nocobase/server';

/** Whether one of the roles in which the user acts has the permission for all of `settings`. */
export function canConfigure(app: Application, context: Context, settings: string[]): boolean {
  const { currentRoles, currentRole } = context.state;
  const roles = currentRoles?.length ? currentRoles : currentRole === undefined ? [] : [currentRole];
  return roles.some((name) => {
    if (name === 'root') return true;
    const role = app.acl.getRole(name);
    return settings.length > 0 && settings.every((path) => role?.snippetAllowed(path) === true);
  });
}
