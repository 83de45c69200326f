// A statement under way: its text refers to values by number, so that no value is ever part of it.
//
// Statements are written here and not by Sequelize's models: those copy options and conditions, with every listed id, several
// times over, and a large mailbox then leaves hundreds of megabytes of garbage behind.
import type { Attribute, Database, Model } from '@nocobase/database';
import type { Json } from 'email-manager';
import { toParameter } from './rows';

/** What the driver gets. */
export interface Sql {
  sql: string;
  bind: unknown[];
}

export class Statement {
  /** The values, by number from 1. */
  private readonly bind: unknown[] = [];
  private alias: string | undefined;

  constructor(
    readonly db: Database,
    readonly model: Model,
  ) {}

  /** `$1`, which stands for the value in its column's type. */
  value(value: Json, column: Attribute): string {
    return this.parameter(toParameter(value, column, this.db));
  }

  /** `$1`, which stands for what the driver takes as it is. */
  parameter(value: unknown): string {
    this.bind.push(value);
    return `$${this.bind.length}`;
  }

  column({ field }: Attribute): string {
    return this.alias === undefined ? this.quote(field) : `${this.quote(this.alias)}.${this.quote(field)}`;
  }

  /** What `write` writes, its columns those of the table under the name `alias`. */
  of<Text>(alias: string, write: () => Text): Text {
    const outer = this.alias;
    this.alias = alias;
    const text = write();
    this.alias = outer;
    return text;
  }

  quote(name: string): string {
    const known = quotedNames(this.db);
    let quoted = known.get(name);
    if (quoted === undefined) {
      quoted = this.db.sequelize.getQueryInterface().queryGenerator.quoteIdentifier(name);
      known.set(name, quoted);
    }
    return quoted;
  }

  /** The statement with this text. */
  as(sql: string): Sql {
    return { sql, bind: this.bind };
  }

  table(): string {
    const name = this.db.sequelize.getQueryInterface().queryGenerator.quoteTable(this.model.getTableName());
    return this.alias === undefined ? name : `${name} AS ${this.quote(this.alias)}`;
  }
}

/** Sequelize compiles a pattern for every name that it quotes; the columns are few and met again with every statement. */
const quotedNamesOf = new WeakMap<Database, Map<string, string>>();

function quotedNames(db: Database): Map<string, string> {
  const known = quotedNamesOf.get(db);
  if (known) return known;
  const names = new Map<string, string>();
  quotedNamesOf.set(db, names);
  return names;
}
