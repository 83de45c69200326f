// The module's filters as SQL. A closed set: what is not listed here is an error, not a condition that is ignored.
import type { Attribute } from '@nocobase/database';
import type { Json, JsonObject } from 'email-manager';
import { HostError } from '../errors';
import { attribute, toParameter } from './rows';
import type { Statement } from './statement';

const ALWAYS = '1 = 1';
const NEVER = '1 = 0';

/** A filter in NocoBase's syntax as a condition; an empty one matches every row. */
export function toCondition(filter: JsonObject, statement: Statement): string {
  const conditions = Object.entries(filter).map(([key, value]) => {
    switch (key) {
      case '$and':
        return all(branches(value).map((branch) => toCondition(branch, statement)));
      case '$or':
        return any(branches(value).map((branch) => toCondition(branch, statement)));
      default:
        return comparisons(key, toObject(value), statement);
    }
  });
  return all(conditions);
}

function all(conditions: string[]): string {
  const telling = conditions.filter((condition) => condition !== ALWAYS);
  return telling.length > 0 ? `(${telling.join(' AND ')})` : ALWAYS;
}

function any(conditions: string[]): string {
  return conditions.length > 0 ? `(${conditions.join(' OR ')})` : NEVER;
}

function comparisons(name: string, operators: JsonObject, statement: Statement): string {
  const column = attribute(statement.model, name);
  return all(
    Object.entries(operators).map(([operator, operand]) =>
      comparison(column, operator, operand ?? null, statement),
    ),
  );
}

function comparison(column: Attribute, operator: string, operand: Json, statement: Statement): string {
  const name = statement.column(column);
  const value = () => statement.value(operand, column);
  switch (operator) {
    case '$eq':
      return operand === null ? `${name} IS NULL` : `${name} = ${value()}`;
    case '$ne':
      // As everywhere outside SQL, a missing value differs from every other one.
      return operand === null ? `${name} IS NOT NULL` : `(${name} <> ${value()} OR ${name} IS NULL)`;
    case '$in':
      return inList(column, list(operand), statement);
    case '$notIn':
      return notInList(column, list(operand), statement);
    case '$gt':
      return `${name} > ${value()}`;
    case '$gte':
      return `${name} >= ${value()}`;
    case '$lt':
      return `${name} < ${value()}`;
    case '$lte':
      return `${name} <= ${value()}`;
    case '$includes':
      return includes(name, operand, statement);
    case '$words':
      return containsWords(name, operand, statement);
    case '$anyOf':
      return hasAnyOf(name, texts(operand), statement);
    default:
      throw new HostError('unknown_operator', `there is no operator "${operator}"`);
  }
}

function inList(column: Attribute, operands: Json[], statement: Statement): string {
  const values = operands.filter((each) => each !== null);
  const isNull = values.length < operands.length ? [`${statement.column(column)} IS NULL`] : [];
  const listed = values.length > 0 ? [`${statement.column(column)} ${oneOf(column, values, statement)}`] : [];
  return any([...listed, ...isNull]);
}

function notInList(column: Attribute, operands: Json[], statement: Statement): string {
  const name = statement.column(column);
  const values = operands.filter((each) => each !== null);
  const unlisted = values.length > 0 ? `NOT (${name} ${oneOf(column, values, statement)})` : ALWAYS;
  // Null is one of the list, or it isn't and matches; SQL's own answer is neither.
  if (values.length < operands.length) return all([unlisted, `${name} IS NOT NULL`]);
  return any([unlisted, `${name} IS NULL`]);
}

/** PostgreSQL takes the list as one parameter, so that lists of all lengths are one statement to it. */
function oneOf(column: Attribute, values: Json[], statement: Statement): string {
  const [only] = values;
  // The order of an index serves for one value, for a list of one it does not.
  if (values.length === 1 && only !== undefined) return `= ${statement.value(only, column)}`;
  if (statement.db.inDialect('postgres')) {
    const list = values.map((each) => toParameter(each, column, statement.db));
    return `= ANY (${statement.parameter(list)})`;
  }
  return `IN (${values.map((each) => statement.value(each, column)).join(', ')})`;
}

/** Contains words one after the other: PostgreSQL finds the rows with all of them by an index, then compares the text. */
function containsWords(name: string, operand: Json, statement: Statement): string {
  if (typeof operand !== 'string') throw new HostError('unknown_operator', '"$words" needs a text');
  const { db } = statement;
  if (!db.inDialect('postgres')) return containsText(name, operand, statement);
  if (operand.trim() === '') return NEVER;
  const words = operand.trim().split(' ');
  const isWhole = operand.endsWith(' ');
  const lexemes = words.map((word, index) => {
    const quoted = `'${word.replace(/[\\']/g, '')}'`;
    return isWhole || index < words.length - 1 ? quoted : `${quoted}:*`;
  });
  const found = `${wordVector(name)} @@ ${statement.parameter(lexemes.join(' & '))}::tsquery`;
  return words.length === 1 ? found : all([found, containsText(name, operand, statement)]);
}

/** The words of a column as PostgreSQL's indexes have them; an index serves for exactly this expression. */
export function wordVector(name: string): string {
  return `array_to_tsvector(string_to_array(btrim(${name}), ' '))`;
}

function containsText(name: string, operand: string, statement: Statement): string {
  if (statement.db.inDialect('sqlite')) return `instr(${name}, ${statement.parameter(operand)}) > 0`;
  return `${name} LIKE ${statement.parameter(`%${operand.replace(/[\\%_]/g, '\\$&')}%`)}`;
}

/** A list that has at least one of the texts in it: PostgreSQL finds the rows by an index. */
function hasAnyOf(name: string, wanted: string[], statement: Statement): string {
  const { db } = statement;
  if (wanted.length === 0) return NEVER;
  if (db.inDialect('postgres')) return `${jsonb(name)} ?| ${statement.parameter(wanted)}::text[]`;
  if (db.inDialect('sqlite')) {
    const list = wanted.map((each) => statement.parameter(each)).join(', ');
    return `EXISTS (SELECT 1 FROM json_each(${name}) WHERE value IN (${list}))`;
  }
  return any(wanted.map((each) => `JSON_CONTAINS(${name}, ${statement.parameter(JSON.stringify(each))})`));
}

/** A column of JSON as PostgreSQL compares it; an index of entries serves for exactly this expression. */
export function jsonb(name: string): string {
  return `(${name}::jsonb)`;
}

/** Contains a text, ignoring case; SQLite ignores it for ASCII only. */
function includes(name: string, operand: Json, statement: Statement): string {
  if (typeof operand !== 'string') throw new HostError('unknown_operator', '"$includes" needs a text');
  // SQLite's LIKE has no escape character unless one is declared.
  if (statement.db.inDialect('sqlite')) {
    return `instr(lower(${name}), lower(${statement.parameter(operand)})) > 0`;
  }
  const pattern = statement.parameter(`%${operand.replace(/[\\%_]/g, '\\$&')}%`);
  return `${name} ${statement.db.inDialect('postgres') ? 'ILIKE' : 'LIKE'} ${pattern}`;
}

function branches(value: Json | undefined): JsonObject[] {
  return list(value).map(toObject);
}

function list(value: Json | undefined): Json[] {
  if (!Array.isArray(value)) throw new HostError('unknown_operator', 'a list is expected');
  return value;
}

function texts(value: Json): string[] {
  const listed = list(value);
  if (listed.every((each) => typeof each === 'string')) return listed;
  throw new HostError('unknown_operator', '"$anyOf" needs texts');
}

function toObject(value: Json | undefined): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new HostError('unknown_operator', 'a condition is expected');
  }
  return value;
}
