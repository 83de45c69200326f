import type { EditorModule } from './contract';

let loading: Promise<EditorModule> | undefined;

/** The editor's file, fetched when it is first needed. After a failure the next call tries again. */
export function loadEditor(): Promise<EditorModule> {
  loading ??= (import(new URL(EDITOR_FILE, CLIENT_ADDRESS).href) as Promise<EditorModule>).catch(
    (error: unknown) => {
      loading = undefined;
      throw error;
    },
  );
  return loading;
}
