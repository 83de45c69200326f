// What a mail site can do without: half of the time in which a page of NocoBase loads goes to plugins that are of no use there.

/**
 * NocoBase's plugins that are switched off where a test needs no whole NocoBase. Those that are left need one another, or
 * are what pages stand on, as signing in, settings, notifications and roles.
 */
const UNNEEDED = [
  'action-bulk-edit',
  'action-bulk-update',
  'action-custom-request',
  'action-duplicate',
  'action-export',
  'action-import',
  'action-print',
  'ai',
  'api-doc',
  'api-keys',
  'async-task-manager',
  'backups',
  'block-comment',
  'block-iframe',
  'block-markdown',
  'block-template',
  'block-tree',
  'block-workbench',
  'calendar',
  'collection-sql',
  'collection-tree',
  'data-visualization',
  'field-formula',
  'field-markdown-vditor',
  'field-sequence',
  'file-previewer-office',
  'gantt',
  'idp-oauth',
  'kanban',
  'license',
  'mcp-server',
  'text-copy',
  'user-data-sync',
  'workflow-action-trigger',
  'workflow-aggregate',
  'workflow-cc',
  'workflow-custom-action-trigger',
  'workflow-date-calculation',
  'workflow-delay',
  'workflow-javascript',
  'workflow-json-query',
  'workflow-json-variable-mapping',
  'workflow-loop',
  'workflow-mailer',
  'workflow-manual',
  'workflow-notification',
  'workflow-parallel',
  'workflow-request',
  'workflow-request-interceptor',
  'workflow-response-message',
  'workflow-sql',
  'workflow-variable',
];

/** Switches them off in a database of NocoBase, from its next start on. NocoBase must not run. */
export async function makeLean(postgres, database) {
  const names = UNNEEDED.map((name) => `'${name}'`).join(', ');
  await postgres.query(database, `UPDATE "applicationPlugins" SET enabled = false WHERE name IN (${names})`);
}
