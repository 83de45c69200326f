/** The pictures that mail clients show in a text. */
export const PICTURES = 'image/png,image/jpeg,image/gif,image/webp';

export function isPicture({ type }: File): boolean {
  return PICTURES.split(',').includes(type);
}

/** Lets the user choose files, of the types given where they are. */
export function pickFiles(onPicked: (files: File[]) => void, types = ''): void {
  const input = document.createElement('input');
  input.type = 'file';
  input.multiple = true;
  input.accept = types;
  input.onchange = () => onPicked([...(input.files ?? [])]);
  input.click();
}
