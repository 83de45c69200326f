import type { MailFolder } from '../host/types';

/** A folder with what is in it. */
export interface FolderNode extends MailFolder {
  children: FolderNode[];
}

/** A line of the tree as it is drawn. */
export interface FolderLine {
  node: FolderNode;
  parent: FolderNode | undefined;
  /** From 1 on, as are the places among those of the same parent. */
  level: number;
  place: number;
  places: number;
}

/** The folders in one another, each list in the order of the given one. */
export function nested(folders: MailFolder[]): FolderNode[] {
  const nodes = new Map<string, FolderNode>(
    folders.map((folder) => [folder.id, { ...folder, children: [] }]),
  );
  const top: FolderNode[] = [];
  for (const node of nodes.values()) {
    const above = node.parentId === null ? undefined : nodes.get(node.parentId);
    if (above && !isWithin(above, node, nodes)) above.children.push(node);
    else top.push(node);
  }
  return top;
}

/** Parents may lead in a circle; what is in one stands at the top. */
function isWithin(node: FolderNode, outer: FolderNode, nodes: Map<string, FolderNode>): boolean {
  let each: FolderNode | undefined = node;
  for (let step = 0; each && step < nodes.size; step += 1) {
    if (each === outer) return true;
    each = each.parentId === null ? undefined : nodes.get(each.parentId);
  }
  return false;
}

/** The lines to draw: those in a closed folder are left out. */
export function linesOf(nodes: FolderNode[], isOpen: (id: string) => boolean): FolderLine[] {
  const lines: FolderLine[] = [];
  const add = (siblings: FolderNode[], parent: FolderNode | undefined, level: number) => {
    siblings.forEach((node, index) => {
      lines.push({ node, parent, level, place: index + 1, places: siblings.length });
      if (isOpen(node.id)) add(node.children, node, level + 1);
    });
  };
  add(nodes, undefined, 1);
  return lines;
}

/** How many unread emails are in a folder and in all below it. */
export function unreadWithin({ unread, children }: FolderNode): number {
  return children.reduce((sum, child) => sum + unreadWithin(child), unread);
}

/** The ids of the folders that a folder is in. */
export function idsAbove(folders: MailFolder[], id: string): string[] {
  const above: string[] = [];
  let parentId = folders.find((folder) => folder.id === id)?.parentId ?? null;
  while (parentId !== null && !above.includes(parentId)) {
    above.push(parentId);
    const next = parentId;
    parentId = folders.find((folder) => folder.id === next)?.parentId ?? null;
  }
  return above;
}

/** A folder's name with those above it. */
export function pathOfFolder(folders: MailFolder[], id: string): string | undefined {
  const nameOf = (each: string) => folders.find((folder) => folder.id === each)?.name;
  const name = nameOf(id);
  return name && [...idsAbove(folders, id).reverse().map(nameOf), name].join(' / ');
}

/** Where a key leads in the tree: to a line, or to a folder that opens or closes. */
export type Step = { to: number } | { toggle: string } | undefined;

/** What a key does at a line, as everywhere in trees: https://www.w3.org/WAI/ARIA/apg/patterns/treeview/. */
export function stepOf(key: string, lines: FolderLine[], at: number, isOpen: (id: string) => boolean): Step {
  const line = lines[at];
  if (!line) return undefined;
  const { node, parent } = line;
  const hasChildren = node.children.length > 0;
  const bounded = (to: number) => ({ to: Math.max(0, Math.min(lines.length - 1, to)) });
  switch (key) {
    case 'ArrowDown':
      return bounded(at + 1);
    case 'ArrowUp':
      return bounded(at - 1);
    case 'Home':
      return bounded(0);
    case 'End':
      return bounded(lines.length - 1);
    case 'ArrowRight':
      if (!hasChildren) return undefined;
      return isOpen(node.id) ? bounded(at + 1) : { toggle: node.id };
    case 'ArrowLeft':
      if (hasChildren && isOpen(node.id)) return { toggle: node.id };
      return parent && bounded(lines.findIndex((each) => each.node === parent));
    default:
      return undefined;
  }
}
