// What fields a request to any resource of NocoBase names.

/** Their paths, `tags.name`: of what it wants along, chooses by, sorts by and writes. */
export function namedPaths(params: Record<string, unknown>): string[] {
  const { appends, fields, except, sort, filter, values } = params;
  const listed = [appends, fields, except, sort].flatMap(toList).map((path) => path.replace(/^-|\(.*$/g, ''));
  return [...new Set([...listed, ...pathsOf(parsed(filter)), ...pathsOf(values)])];
}

/** Lists come as such, or as a text with commas. */
function toList(value: unknown): string[] {
  if (typeof value === 'string') return value.split(',').map((each) => each.trim());
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
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

/** `{ $and: [{ 'tags.name.$eq': … }, { tags: { name: … } }] }` names `tags.name` twice. However deep it is nested. */
function pathsOf(root: unknown): Set<string> {
  const paths = new Set<string>();
  const open: [value: unknown, prefix: string][] = [[root, '']];
  for (let next = open.pop(); next; next = open.pop()) {
    const [value, prefix] = next;
    if (typeof value !== 'object' || value === null) continue;
    for (const [name, inner] of Object.entries(value)) {
      const isStep = !Array.isArray(value) && !name.startsWith('$');
      const path = isStep ? join(prefix, name.replace(/\.\$.*$/, '')) : prefix;
      if (isStep) paths.add(path);
      open.push([inner, path]);
    }
  }
  return paths;
}

function join(prefix: string, name: string): string {
  return prefix === '' ? name : `${prefix}.${name}`;
}
