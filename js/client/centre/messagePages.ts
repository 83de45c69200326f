import type { MessagePage } from '../host/actions';
import { MailError } from '../host/error';
import type { MessageRow } from '../host/types';

export const PAGE_SIZE = 100;

/** A loaded row and its place in the list. */
export interface Standing {
  row: MessageRow;
  index: number;
}

/**
 * A list of any length of which only the pages in view are loaded. A refresh keeps showing what was there until the
 * new pages have come, and forgets the pages out of view.
 */
export class MessagePages {
  /** How many messages there are, as far as is known; `undefined` until the first page has come. */
  count: number | undefined;
  /** Whether there are just as many, rather than those that have come and perhaps more. */
  isCounted = false;
  error: MailError | undefined;
  /** The words to mark in a search's rows. */
  highlight: string[] = [];

  private readonly pages = new Map<number, { rows: MessageRow[]; stale: boolean }>();
  private readonly loading = new Set<number>();
  private range: [first: number, last: number] = [0, 0];
  private generation = 0;
  private refreshAgain = false;
  /** How often all of them were counted, and whether they were since the last refresh. */
  private counts = 0;
  private isCountAsked = false;

  /**
   * @param load loads a page, from 1 on
   * @param tally counts all of them, where a page doesn't tell; nobody waits for it with the rows
   */
  constructor(
    private readonly load: (page: number) => Promise<MessagePage>,
    private readonly changed: () => void,
    private readonly tally: () => Promise<number> = () => Promise.reject(new Error('nobody counts')),
  ) {}

  row(index: number): MessageRow | undefined {
    return this.pages.get(Math.floor(index / PAGE_SIZE))?.rows[index % PAGE_SIZE];
  }

  /** The index of a row among the loaded pages; -1 when it is not there. */
  indexOf(id: number | undefined): number {
    for (const [page, { rows }] of this.pages) {
      const index = rows.findIndex((row) => row.id === id);
      if (index >= 0) return page * PAGE_SIZE + index;
    }
    return -1;
  }

  get isLoading(): boolean {
    return this.loading.size > 0;
  }

  /** Loads what is missing between two indexes. */
  show(first: number, last: number): void {
    this.range = [first, last];
    for (const page of this.visiblePages()) void this.fetch(page);
  }

  /** Loads the first page, unless a list has asked for what it shows. */
  begin(): void {
    if (!this.isLoading) this.show(...this.range);
  }

  /** Loads what is in view again; when something is on its way, after it, so that frequent calls starve nobody. */
  refresh(): void {
    if (this.isLoading) {
      this.refreshAgain = true;
      return;
    }
    this.refreshAgain = false;
    this.isCountAsked = false;
    this.error = undefined;
    const visible = new Set(this.visiblePages());
    for (const [page, entry] of this.pages) {
      if (visible.has(page)) entry.stale = true;
      else this.pages.delete(page);
    }
    this.show(...this.range);
  }

  /** Changes a loaded row until the next refresh. */
  patch(id: number, change: Partial<MessageRow>): void {
    this.swap(id, (row) => ({ ...row, ...change }));
    this.changed();
  }

  /** Takes loaded rows out until the next refresh; the rows below move up. */
  remove(ids: Set<number>): void {
    const kept = new Map<number, MessageRow[]>();
    let removed = 0;
    for (const [page, { rows }] of [...this.pages].sort(([one], [other]) => one - other)) {
      rows.forEach((row, offset) => {
        if (ids.has(row.id)) {
          removed += 1;
          return;
        }
        const index = page * PAGE_SIZE + offset - removed;
        const to = kept.get(Math.floor(index / PAGE_SIZE)) ?? [];
        // A row whose neighbours above are not loaded has no place to move to.
        if (to.length === index % PAGE_SIZE) to.push(row);
        kept.set(Math.floor(index / PAGE_SIZE), to);
      });
    }
    if (this.count !== undefined) this.count -= removed;
    this.pages.clear();
    for (const [page, rows] of kept) {
      if (rows.length === 0) continue;
      const end = (page + 1) * PAGE_SIZE;
      const isWhole = rows.length === PAGE_SIZE || (this.count !== undefined && end >= this.count);
      this.pages.set(page, { rows, stale: !isWhole });
    }
    this.changed();
  }

  /** Rows as they are loaded and where they stand, for `restore`. */
  standing(rows: MessageRow[]): Standing[] {
    return this.rowsOf(rows.map(({ id }) => id)).map((row) => ({ row, index: this.indexOf(row.id) }));
  }

  /** Makes rows what they were until the next refresh; those that were taken out stand where they stood. */
  restore(before: Standing[]): void {
    for (const { row, index } of [...before].sort((one, other) => one.index - other.index)) {
      if (this.indexOf(row.id) < 0) this.insert(row, index);
      else this.swap(row.id, () => row);
    }
    this.changed();
  }

  /** The loaded rows with these ids. */
  rowsOf(ids: Iterable<number>): MessageRow[] {
    const wanted = new Set(ids);
    return [...this.pages.values()].flatMap(({ rows }) => rows.filter(({ id }) => wanted.has(id)));
  }

  /** The loaded row of an email: its own, or that of its conversation. */
  rowWith(id: number): MessageRow | undefined {
    const isOf = (row: MessageRow) => row.id === id || row.relatedMessageIds?.includes(id);
    const loaded = this.loaded();
    return loaded.find((row) => row.id === id) ?? loaded.find(isOf);
  }

  /** The loaded rows from one to another as they stand in the list, whichever comes first. */
  between(one: number, other: number): MessageRow[] {
    const rows = [...this.pages].sort(([page], [next]) => page - next).flatMap(([, { rows }]) => rows);
    const places = [one, other].map((id) => rows.findIndex((row) => row.id === id));
    return places.includes(-1) ? [] : rows.slice(Math.min(...places), Math.max(...places) + 1);
  }

  /** Every loaded row. */
  loaded(): MessageRow[] {
    return [...this.pages.values()].flatMap(({ rows }) => rows);
  }

  /** Drops every answer that is still on its way. */
  dispose(): void {
    this.generation += 1;
    this.loading.clear();
    this.refreshAgain = false;
  }

  private swap(id: number, by: (row: MessageRow) => MessageRow): void {
    for (const entry of this.pages.values()) {
      entry.rows = entry.rows.map((row) => (row.id === id ? by(row) : row));
    }
  }

  /** Puts a row among the loaded ones; those below move down, as far as they are loaded. */
  private insert(row: MessageRow, index: number): void {
    const first = Math.floor(index / PAGE_SIZE);
    let offset = index % PAGE_SIZE;
    let moved: MessageRow | undefined = row;
    if (this.count !== undefined) this.count += 1;
    for (let page = first; moved; page += 1) {
      const rows: MessageRow[] | undefined = this.pages.get(page)?.rows ?? (page === first ? [] : undefined);
      if (!rows || offset > rows.length) return;
      const after: MessageRow[] = [...rows.slice(0, offset), moved, ...rows.slice(offset)];
      this.pages.set(page, { rows: after.slice(0, PAGE_SIZE), stale: true });
      moved = after[PAGE_SIZE];
      offset = 0;
    }
  }

  private visiblePages(): number[] {
    const [first, last] = this.range;
    const from = Math.max(0, Math.floor(first / PAGE_SIZE));
    const end = this.count === undefined ? last : Math.min(last, this.count - 1);
    const to = Math.max(from, Math.floor(end / PAGE_SIZE));
    return Array.from({ length: to - from + 1 }, (_, index) => from + index);
  }

  private async fetch(page: number): Promise<void> {
    const entry = this.pages.get(page);
    if (this.loading.has(page) || this.error || (entry && !entry.stale)) return;
    const turn = this.generation;
    this.loading.add(page);
    this.changed();
    try {
      const { rows, count, highlight = [] } = await this.load(page + 1);
      if (turn !== this.generation) return;
      this.pages.set(page, { rows, stale: false });
      this.highlight = highlight;
      if (count === undefined) {
        this.count = Math.max(this.count ?? 0, page * PAGE_SIZE + rows.length);
        void this.countAll();
      } else this.setCount(count);
    } catch (error) {
      if (turn !== this.generation) return;
      this.error = errorOf(error);
    }
    this.loading.delete(page);
    this.changed();
    if (this.refreshAgain && !this.isLoading) this.refresh();
  }

  private async countAll(): Promise<void> {
    if (this.isCountAsked) return;
    this.isCountAsked = true;
    this.counts += 1;
    const [turn, number] = [this.generation, this.counts];
    try {
      const count = await this.tally();
      if (turn !== this.generation || number !== this.counts) return;
      this.setCount(count);
      this.changed();
    } catch (error) {
      // What was counted before stands. Without any count nobody would know that there are more than have come.
      if (turn !== this.generation || number !== this.counts || this.isCounted) return;
      this.error = errorOf(error);
      this.changed();
    }
  }

  private setCount(count: number): void {
    this.counts += 1;
    this.count = count;
    this.isCounted = true;
  }
}

function errorOf(error: unknown): MailError {
  return error instanceof MailError ? error : new MailError(String(error), 'internal', 0);
}
