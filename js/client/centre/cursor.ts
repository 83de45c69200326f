import type { MessagePages } from './messagePages';

/** Where the keyboard is in a list: at an email or, until the row there has come, at a place. */
export interface Cursor {
  id: number | undefined;
  index: number;
}

type Rows = Pick<MessagePages, 'row' | 'indexOf' | 'rowWith'>;

/**
 * The cursor after the rows have changed: it goes with its email, or with the conversation that this became part of, and
 * stays at its place when that left the list.
 */
export function followed(cursor: Cursor, rows: Rows): Cursor {
  const { id, index } = cursor;
  const row = id === undefined ? rows.row(index) : rows.rowWith(id);
  if (!row) return cursor;
  const now = rows.indexOf(row.id);
  return row.id === id && now === index ? cursor : { id: row.id, index: now };
}

/** The email that is marked, and that keys are meant for; `undefined` while there is none in the cursor's place. */
export function markedId({ id, index }: Cursor, rows: Rows): number | undefined {
  return rows.row(index)?.id === id ? id : undefined;
}

/** The index that so many steps lead to. The row that moved to where the email was is the first one below. */
export function stepped(cursor: Cursor, steps: number, rows: Rows): number {
  const isGone = rows.row(cursor.index) !== undefined && markedId(cursor, rows) === undefined;
  return cursor.index + (isGone && steps > 0 ? steps - 1 : steps);
}
