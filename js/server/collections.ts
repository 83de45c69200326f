// The manifest's collections as NocoBase's.
import type { CollectionOptions, Database } from '@nocobase/database';
import type { Manifest, ManifestField } from 'email-manager';

export function defineCollections(db: Database, { collections }: Manifest): void {
  for (const { name, title, fields, indexes } of collections) {
    db.collection({
      name,
      title,
      // Backups take the rows along as users' data.
      dumpRules: { group: 'user' },
      fields: [
        { name: 'id', type: 'bigInt', autoIncrement: true, primaryKey: true, allowNull: false },
        ...fields.map((field) => column(field, db)),
      ],
      indexes: indexes.map((index) => ({ ...index })),
    });
  }
}

function column(field: ManifestField, db: Database): CollectionOptions['fields'][number] {
  // Elsewhere text has no bound; MySQL's plain TEXT ends at 64 KB.
  const isBounded = field.type === 'text' && db.inDialect('mysql', 'mariadb');
  return { ...field, ...(isBounded ? { length: 'long' } : {}) };
}
