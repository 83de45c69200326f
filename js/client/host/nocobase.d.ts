// More of NocoBase's clients than the ambient types of js/types have: the places where these pages hook in.
declare module '@nocobase/client' {
  import type { ComponentType, ReactNode } from 'react';

  /** Icons of the top bar; `snippet: '*'` shows one to everybody. */
  export const PinnedPluginListProvider: ComponentType<{
    items: Record<string, { order: number; component: string; pin: boolean; snippet: string }>;
    children?: ReactNode;
  }>;
  export const SchemaComponentOptions: ComponentType<{
    components: Record<string, ComponentType>;
    children?: ReactNode;
  }>;
}

declare module '@nocobase/client-v2' {
  import type { FlowModel } from '@nocobase/flow-engine';

  /** An icon of the top bar. Subclasses are found by name. */
  export class TopbarActionModel extends FlowModel {
    sort: number;
    actionId: string;
    testId: string;
  }
}

declare module 'react-router-dom' {
  export function useLocation(): { pathname: string; search: string };
}

declare module '@nocobase/flow-engine' {
  interface FlowEngine {
    registerModelLoaders(
      loaders: Record<
        string,
        { extends: string; loader: () => Promise<Record<string, new (...args: never[]) => FlowModel>> }
      >,
    ): void;
  }
}
