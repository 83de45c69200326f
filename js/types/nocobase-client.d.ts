// What the pages use of NocoBase 2.2's client at `/`; the host supplies the code.
declare module '@nocobase/client' {
  import type { ComponentType, ReactNode } from 'react';

  export interface RequestOptions {
    url: string;
    method?: 'get' | 'post' | 'put' | 'delete';
    params?: Record<string, unknown>;
    data?: unknown;
    headers?: Record<string, string>;
    responseType?: 'json' | 'blob' | 'text' | 'arraybuffer';
    /** Keeps the host from showing the error itself. */
    skipNotify?: boolean | ((error: unknown) => boolean);
    signal?: AbortSignal;
  }

  /** Every answer of the server is `{data}`, with `meta` for lists. */
  export interface Response<T> {
    status: number;
    data: { data: T; meta?: Record<string, unknown> };
    headers: Record<string, string>;
  }

  export interface APIClient {
    request<T = unknown>(options: RequestOptions): Promise<Response<T>>;
    auth: { token: string | null; role: string | null; locale: string | null };
  }

  export interface SettingOptions {
    title: ReactNode;
    icon?: string;
    Component?: ComponentType;
    aclSnippet?: string;
    sort?: number;
  }

  export interface RouteOptions {
    path?: string;
    Component?: ComponentType | string;
    element?: ReactNode;
    skipAuthCheck?: boolean;
  }

  export interface Application {
    apiClient: APIClient;
    eventBus: EventTarget;
    i18n: { language: string; t(key: string, options?: Record<string, unknown>): string };
    router: { add(name: string, options: RouteOptions): void; navigate(to: string): void };
    pluginSettingsManager: { add(name: string, options: SettingOptions): void };
    schemaInitializerManager: { addItem(name: string, path: string, item: object): void };
    ws?: EventTarget;
    addComponents(components: Record<string, ComponentType<never>>): void;
    addProvider<P extends object>(component: ComponentType<P>, props?: P): void;
    addScopes(scope: Record<string, unknown>): void;
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

  export interface CurrentUser {
    data?: { data?: { id: number; nickname?: string; email?: string } };
  }

  export function useApp(): Application;
  export function useAPIClient(): APIClient;
  export function useCurrentUserContext(): CurrentUser;
  export const SchemaComponent: ComponentType<{
    schema: object;
    components?: Record<string, unknown>;
    scope?: Record<string, unknown>;
  }>;
}
