// The ways that lead from fields of other collections into ours.
import type { Collection, Database } from '@nocobase/database';

/** Where a path of fields ends: in a collection of ours, in another one, or in a value. */
type End = 'ours' | Collection | undefined;

export class Associations {
  constructor(
    private readonly db: Database,
    private readonly ours: ReadonlySet<string>,
  ) {}

  /** Whether a request to a resource that isn't ours, `posts` or `posts.tags`, reaches into ours by its name or its parameters. */
  leadHere(resource: string, params: Record<string, unknown>): boolean {
    const [source = '', ...names] = resource.split('.');
    if (this.ours.has(source)) return names.length > 0;
    const end = this.follow(this.db.getCollection(source), names);
    if (end === 'ours') return true;
    const { appends, fields, except, sort, filter, values } = params;
    const paths = [appends, fields, except, sort].flatMap(toList);
    return (
      paths.some((path) => this.follow(end, path.split('.')) === 'ours') ||
      this.isNamedIn(parsed(filter), end) ||
      this.isNamedIn(values, end)
    );
  }

  private follow(start: End, names: string[]): End {
    let end = start;
    for (const name of names) {
      if (end === 'ours' || name.startsWith('$')) return end;
      const target = end?.getField(name)?.options.target;
      if (target === undefined) return undefined;
      end = this.ours.has(target) ? 'ours' : this.db.getCollection(target);
    }
    return end;
  }

  /** `{ $and: [{ 'tags.name.$eq': … }, { tags: { name: … } }] }` names `tags` twice. What no field leads into is not looked at. */
  private isNamedIn(root: unknown, collection: End): boolean {
    const open: [value: unknown, at: End][] = [[root, collection]];
    for (let next = open.pop(); next; next = open.pop()) {
      const [value, at] = next;
      if (typeof value !== 'object' || value === null) continue;
      for (const [name, inner] of Object.entries(value)) {
        const end = Array.isArray(value) ? at : this.follow(at, name.split('.'));
        if (end === 'ours') return true;
        if (end !== undefined) open.push([inner, end]);
      }
    }
    return false;
  }
}

/** Lists come as such, or as a text with commas; `-` says descending, and parentheses hold options. */
function toList(value: unknown): string[] {
  const list = typeof value === 'string' ? value.split(',') : Array.isArray(value) ? value : [];
  const texts = list.filter((each): each is string => typeof each === 'string');
  return texts.map((each) => each.trim().replace(/^-|\(.*$/g, ''));
}

/** A filter in the address is JSON. */
function parsed(filter: unknown): unknown {
  if (typeof filter !== 'string') return filter;
  try {
    return JSON.parse(filter);
  } catch {
    return undefined;
  }
}
