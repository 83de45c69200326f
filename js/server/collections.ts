// The manifest's collections as NocoBase's.
import type { CollectionOptions, Database } from '@nocobase/database';
import type { Manifest, ManifestCollection } from 'email-manager';
import { translated } from './translated';

export function defineCollections(db: Database, { collections, namespace }: Manifest): void {
  for (const collection of collections) {
    const { name, title, indexes } = collection;
    db.collection({
      name,
      title: translated(title, namespace),
      // Backups take the rows along as users' data.
      dumpRules: { group: 'user' },
      fields: [
        { name: 'id', type: 'bigInt', autoIncrement: true, primaryKey: true, allowNull: false },
        ...columns(collection, db),
      ],
      indexes: indexes
        .filter((index) => !index.words && !index.entries && !isOfOneField(index))
        .map(({ fields, unique }) => ({ fields, unique })),
    });
  }
}

function columns({ fields, indexes }: ManifestCollection, db: Database): CollectionOptions['fields'] {
  // At every start NocoBase drops unique indexes of one column, unless the column itself is declared unique.
  const unique = new Set(indexes.filter(isOfOneField).flatMap((index) => index.fields));
  // Elsewhere text has no bound; MySQL's plain TEXT ends at 64 KB.
  const isTextBounded = db.inDialect('mysql', 'mariadb');
  return fields.map((field) => ({
    ...field,
    ...(unique.has(field.name) ? { unique: true } : {}),
    ...(field.type === 'text' && isTextBounded ? { length: 'long' } : {}),
  }));
}

function isOfOneField({ fields, unique }: ManifestCollection['indexes'][number]): boolean {
  return unique && fields.length === 1;
}
