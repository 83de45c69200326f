// SELECT statements.
import type { Attribute, Database, Model } from '@nocobase/database';
import type { HostQuery, Json, JsonObject } from 'email-manager';
import { HostError } from '../errors';
import { attribute } from './rows';
import { type Sql, Statement } from './statement';
import { jsonb, toCondition } from './where';

/** The name of the table in a query, and of the same table where it is looked through for each of its rows. */
const EACH = 'each';
const OTHER = 'other';

/** The rows of a query, their columns under their names in the collection. */
export function select(query: HostQuery, model: Model, db: Database): Sql {
  const statement = new Statement(db, model);
  return statement.as(
    statement.of(EACH, () =>
      query.counted ? counted(query, query.counted, statement) : rows(query, statement),
    ),
  );
}

/** How many rows match. */
export function count(filter: JsonObject, model: Model, db: Database): Sql {
  const statement = new Statement(db, model);
  const condition = toCondition(filter, statement);
  return statement.as(
    `SELECT count(*) AS ${statement.quote('count')} FROM ${statement.table()} WHERE ${condition}`,
  );
}

function rows(query: HostQuery, statement: Statement): string {
  const { model, db } = statement;
  const { filter, fields, after, distinct } = query;
  const names = fields.length > 0 ? fields : Object.keys(model.rawAttributes);
  const columns = names.map((name) => {
    const column = attribute(model, name);
    return `${shown(statement.column(column), column, db)} AS ${statement.quote(name)}`;
  });
  const order = toOrder(query.sort, model);
  const conditions = [toCondition(filter, statement)];
  if (after) conditions.push(behind(order, after, statement));
  if (distinct.length > 0) conditions.push(isFirst(query, order, statement));
  const sorting = order.map((by) => `${statement.column(by.column)} ${by.isDescending ? 'DESC' : 'ASC'}`);
  return [
    `SELECT ${columns.join(', ')} FROM ${statement.table()} WHERE ${conditions.join(' AND ')}`,
    `ORDER BY ${sorting.join(', ')}${page(query, db)}`,
  ].join(' ');
}

/**
 * Whether no other row that agrees in the distinct columns comes before this one. With an index of those columns it costs
 * one look for each row, and a page ends as soon as it is full.
 */
function isFirst({ filter, distinct }: HostQuery, order: Order[], statement: Statement): string {
  const { model, db } = statement;
  const columns = [...distinct.map((name) => attribute(model, name)), ...order.map(({ column }) => column)];
  const own = new Map(columns.map((column) => [column, statement.column(column)]));
  const of = (column: Attribute) => own.get(column) ?? '';
  return statement.of(OTHER, () => {
    const agrees = distinct.map((name) => {
      const column = attribute(model, name);
      return `${statement.column(column)} = ${of(column)}`;
    });
    const earlier = lexicographic(order, (by) => ({
      precedes: `${statement.column(by.column)} ${by.isDescending ? '>' : '<'} ${of(by.column)}`,
      equals: () => `${statement.column(by.column)} = ${of(by.column)}`,
    }));
    const conditions = [...agrees, earlier, toCondition(filter, statement)];
    // PostgreSQL would rather join everything with everything; with an OFFSET it looks row by row.
    const rowByRow = db.inDialect('postgres') ? ' OFFSET 0' : '';
    return `NOT EXISTS (SELECT 1 FROM ${statement.table()} WHERE ${conditions.join(' AND ')}${rowByRow})`;
  });
}

/** Behind the row with these values. The first column is also bounded by itself, for which an index serves. */
function behind(order: Order[], values: Json[], statement: Statement): string {
  // Nothing is before or behind an absent value.
  if (values.includes(null)) throw new HostError('invalid_query', 'a place in a list has no absent values');
  const value = ({ column }: Order, index: number) => statement.value(values[index] ?? null, column);
  const given = order.slice(0, values.length);
  const [first] = given;
  if (!first) return '1 = 1';
  const bound = `${statement.column(first.column)} ${first.isDescending ? '<=' : '>='} ${value(first, 0)}`;
  const later = lexicographic(given, (by, index) => ({
    precedes: `${statement.column(by.column)} ${by.isDescending ? '<' : '>'} ${value(by, index)}`,
    equals: () => `${statement.column(by.column)} = ${value(by, index)}`,
  }));
  return `${bound} AND ${later}`;
}

/** `(a < … OR (a = … AND (b < …)))` */
function lexicographic(
  order: Order[],
  compare: (by: Order, index: number) => { precedes: string; equals: () => string },
): string {
  // A value that no text refers to would be one too many for the driver.
  const from = (index: number): string => {
    const by = order[index];
    if (!by) return '1 = 0';
    const { precedes, equals } = compare(by, index);
    return index === order.length - 1 ? precedes : `(${precedes} OR (${equals()} AND ${from(index + 1)}))`;
  };
  return from(0);
}

function counted({ filter, distinct }: HostQuery, by: string[], statement: Statement): string {
  const { model, db } = statement;
  const column = (name: string) => grouping(attribute(model, name), statement);
  const named = (name: string) =>
    `${shown(column(name), attribute(model, name), db)} AS ${statement.quote(name)}`;
  const condition = toCondition(filter, statement);
  let from = `${statement.table()} WHERE ${condition}`;
  if (distinct.length > 0) {
    const isAlone = distinct.map((name) => `${column(name)} IS NULL`).join(' OR ');
    const alone = `CASE WHEN ${isAlone} THEN ${column(model.primaryKeyAttribute)} END AS ${statement.quote('alone')}`;
    const columns = [...new Set([...distinct, ...by])].map(
      (name) => `${column(name)} AS ${statement.quote(attribute(model, name).field)}`,
    );
    from = `(SELECT DISTINCT ${[...columns, alone].join(', ')} FROM ${from}) AS ${statement.quote(EACH)}`;
  }
  const groups = by.length > 0 ? ` GROUP BY ${by.map(column).join(', ')}` : '';
  return `SELECT ${[...by.map(named), `count(*) AS ${statement.quote('count')}`].join(', ')} FROM ${from}${groups}`;
}

/** A column as it is read: MariaDB's driver would read JSON by itself, so that its texts and texts of JSON were the same. */
function shown(column: string, { type }: Attribute, db: Database): string {
  return type.key === 'JSON' && db.inDialect('mariadb') ? `CONCAT(${column}, '')` : column;
}

/** PostgreSQL compares no values of its type json, which keeps the text as it was written. */
function grouping(column: Attribute, statement: Statement): string {
  const name = statement.column(column);
  return column.type.key === 'JSON' && statement.db.inDialect('postgres') ? jsonb(name) : name;
}

interface Order {
  column: Attribute;
  isDescending: boolean;
}

/** `sort` with the primary key behind it, so that pages neither repeat nor skip rows that agree in it. */
function toOrder(sort: string[], model: Model): Order[] {
  const key = model.primaryKeyAttribute;
  const isTotal = sort.some((column) => column === key || column === `-${key}`);
  return (isTotal ? sort : [...sort, key]).map((column) => {
    const isDescending = column.startsWith('-');
    return { column: attribute(model, isDescending ? column.slice(1) : column), isDescending };
  });
}

function page({ limit, offset }: HostQuery, db: Database): string {
  // MySQL and SQLite know no OFFSET without a LIMIT.
  const bound = limit ?? (offset > 0 && !db.inDialect('postgres') ? Number.MAX_SAFE_INTEGER : null);
  return `${bound === null ? '' : ` LIMIT ${Number(bound)}`}${offset > 0 ? ` OFFSET ${Number(offset)}` : ''}`;
}
