// What the pages use of NocoBase 2.2's client at `/v/`; neither package is on the npm registry, the host supplies the code.
declare module '@nocobase/client-v2' {
  import type { ComponentType, ReactNode } from 'react';
  import type { APIClient } from '@nocobase/client';

  export type ComponentLoader = () => Promise<{ default: ComponentType }>;

  export interface MenuItemOptions {
    key: string;
    title: ReactNode;
    icon?: ReactNode;
    sort?: number;
    aclSnippet?: string;
    showTabs?: boolean;
  }

  export interface PageTabItemOptions {
    menuKey: string;
    key: string;
    title?: ReactNode;
    sort?: number;
    aclSnippet?: string;
    componentLoader?: ComponentLoader;
    Component?: ComponentType;
  }

  export interface RouteOptions {
    path?: string;
    Component?: ComponentType;
    componentLoader?: ComponentLoader;
    element?: ReactNode;
    skipAuthCheck?: boolean;
  }

  export interface Application {
    apiClient: APIClient;
    eventBus: EventTarget;
    i18n: { language: string; t(key: string, options?: Record<string, unknown>): string };
    router: { add(name: string, options: RouteOptions): void; navigate(to: string): void };
    pluginSettingsManager: {
      addMenuItem(options: MenuItemOptions): void;
      addPageTabItem(options: PageTabItemOptions): void;
    };
    flowEngine: import('@nocobase/flow-engine').FlowEngine;
    addProvider<P extends object>(component: ComponentType<P>, props?: P): void;
    getPublicPath(): string;
  }

  export class Plugin<Options = unknown> {
    constructor(options: Options, app: Application);
    app: Application;
    options: Options;
    afterAdd(): Promise<void>;
    beforeLoad(): Promise<void>;
    load(): Promise<void>;
    t(key: string, options?: Record<string, unknown>): string;
  }

  export function useApp(): Application;
}

declare module '@nocobase/flow-engine' {
  import type { APIClient } from '@nocobase/client';

  export interface FlowContext {
    api: APIClient;
    t(key: string, options?: Record<string, unknown>): string;
    user?: { id: number };
    router?: { navigate(to: string): void };
  }

  export class FlowModel {
    context: FlowContext;
    props: Record<string, unknown>;
    render(): React.ReactNode;
  }

  export interface FlowEngine {
    context: FlowContext;
    registerModels(models: Record<string, typeof FlowModel>): void;
  }

  export function useFlowContext(): FlowContext;
  export function useFlowEngine(): FlowEngine;
}
