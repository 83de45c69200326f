// The manifest's actions as NocoBase's, and a wall around everything that NocoBase would offer for our collections by itself.
import type { Database } from '@nocobase/database';
import type { Application, Context, Handler, Logger } from '@nocobase/server';
import type { ActionRequest, ActionResponse, JsonObject, Manifest, ManifestAction } from 'email-manager';
import { Associations } from './associations';
import { describeFailure, toFailure, type Failure } from './errors';
import { originOf } from './origin';
import { StreamedResponse } from './responses';
import { forget, guardRequests, isTooDeep, shortenReferrers } from './requests';
import { canConfigure, isPermitted } from './roles';
import { receiveFile, type UploadedFile } from './upload';
import { sessionOf } from './session';
import { translated } from './translated';

export interface Answering {
  log: Logger;
  answer(request: ActionRequest): Promise<ActionResponse>;
  wake(schedule: string): void;
}

/** What roles may be given. */
interface Permissions {
  /** Every action of the settings. */
  settings: string[];
  /** The name of the general permission to link mailboxes. */
  linking: string;
}

const FORBIDDEN: Failure = {
  code: 'forbidden',
  sentence: 'You may not do this',
  retryable: false,
  httpStatus: 403,
};

const TOO_DEEP: Failure = {
  code: 'invalid_input',
  sentence: 'the request is nested too deeply',
  retryable: false,
  httpStatus: 400,
};

export function registerActions(
  app: Application,
  db: Database,
  manifest: Manifest,
  answering: Answering,
): void {
  const { actions, collections, linking, namespace, snippet } = manifest;
  const refuse: Handler = (context) => {
    fail(context, FORBIDDEN, namespace);
    return Promise.resolve();
  };
  // The handlers that NocoBase has for any resource are replaced one by one, so that refusing has an answer; `only` keeps
  // out whatever a plugin registers in between.
  const refused = Object.fromEntries(
    [...app.resourceManager.getRegisteredHandlers().keys()].map((name) => [name, refuse]),
  );
  const settings = actions.filter(({ access }) => access === 'settings').map(pathOf);
  const owned = collections.map(({ name }) => name);
  const resources = new Set([...owned, ...actions.map((action) => action.resource)]);
  shortenReferrers(app);
  guardRequests(app, resources, (context) => fail(context, TOO_DEEP, namespace));
  for (const resource of resources) {
    const handlers: Record<string, Handler> = { ...refused };
    for (const action of actions.filter((each) => each.resource === resource)) {
      handlers[action.name] = handler(app, action, { settings, linking: linking.name }, namespace, answering);
    }
    app.resourceManager.define({ name: resource, actions: handlers, only: Object.keys(handlers) });
  }
  takeKeysFromBody(app, resources);
  refuseAssociations(app, db, new Set(owned), refuse);
  for (const { resource, name, access } of actions) {
    if (access !== 'settings') app.acl.allow(resource, name, access);
  }
  app.acl.registerSnippet({ name: snippet, actions: settings });
  app.acl.setAvailableAction(linking.name, {
    displayName: translated(linking.title, namespace),
    onNewRecord: true,
  });
}

/** NocoBase lets nothing be changed whose key is not in the address, which a thousand keys don't fit into. */
function takeKeysFromBody(app: Application, resources: ReadonlySet<string>): void {
  app.resourceManager.use(
    (context, next) => {
      const params = context.action?.params;
      if (params && resources.has(context.action?.resourceName ?? ''))
        params.filterByTk ??= (params.values as JsonObject | undefined)?.filterByTk;
      return next();
    },
    { tag: 'email-manager-keys', before: 'acl' },
  );
}

/** `posts/1/mails:list`: a field somewhere that points at one of our collections opens no way around the wall either. */
function refuseAssociations(
  app: Application,
  db: Database,
  owned: ReadonlySet<string>,
  refuse: Handler,
): void {
  const associations = new Associations(db, owned);
  app.resourceManager.use(
    (context, next) => {
      const isOpen = associations.leadHere(context.action?.resourceName ?? '', paramsOf(context));
      return isOpen ? refuse(context, next) : next();
    },
    {
      tag: 'email-manager-associations',
      before: 'acl',
    },
  );
}

function handler(
  app: Application,
  action: ManifestAction,
  permissions: Permissions,
  namespace: string,
  answering: Answering,
): Handler {
  return async (context, next) => {
    let file: UploadedFile | undefined;
    try {
      if (isTooDeep(paramsOf(context))) {
        fail(context, TOO_DEEP, namespace);
        return;
      }
      if (action.file !== undefined) file = await receiveFile(context, action.file);
      const request = toRequest(app, context, action, permissions, file);
      // NocoBase's own check lets a role with "all actions" pass without the snippet.
      if (action.access === 'settings' && !request.user?.canConfigure) {
        fail(context, FORBIDDEN, namespace);
        return;
      }
      const response = await answering.answer(request);
      for (const schedule of response.wake) answering.wake(schedule);
      await succeed(context, response);
    } catch (error) {
      const failure = toFailure(error);
      if (failure.httpStatus >= 500)
        answering.log.error(`${pathOf(action)} failed: ${describeFailure(error)}`);
      fail(context, failure, namespace);
      return;
    } finally {
      await file?.discard();
    }
    await next();
  };
}

function paramsOf({ action }: Context): Record<string, unknown> {
  return action?.params ?? {};
}

function toRequest(
  app: Application,
  context: Context,
  action: ManifestAction,
  permissions: Permissions,
  file: UploadedFile | undefined,
): ActionRequest {
  const { values, resourceName, resourceIndex, actionName, associatedName, associatedIndex, ...params } =
    paramsOf(context);
  void [resourceName, resourceIndex, actionName, associatedName, associatedIndex];
  forget(context);
  const { currentUser } = context.state;
  return {
    resource: action.resource,
    action: action.name,
    // What NocoBase leaves undefined is left out.
    params: JSON.parse(JSON.stringify(params)) as JsonObject,
    values: JSON.parse(JSON.stringify(values ?? {})) as JsonObject,
    user: currentUser
      ? {
          id: Number(currentUser.id),
          canConfigure: canConfigure(app, context, permissions.settings),
          canLink: isPermitted(app, context, permissions.linking),
        }
      : null,
    session: sessionOf(context),
    origin: originOf(context),
    language: context.getCurrentLocale(),
    ...(file ? { file } : {}),
  };
}

async function succeed(context: Context, response: ActionResponse): Promise<void> {
  const { body, meta, bytes, stream, headers } = response;
  context.withoutDataWrapping = true;
  context.status = 200;
  if (!bytes && !stream) {
    context.body = meta ? { data: body, meta } : { data: body };
    return;
  }
  for (const [name, value] of Object.entries(headers ?? {})) context.set(name, value);
  // Bytes from a mail are somebody else's: nothing in them may run with the application's origin.
  context.set('X-Content-Type-Options', 'nosniff');
  context.set('Content-Security-Policy', "default-src 'none'; sandbox");
  if (stream instanceof StreamedResponse) handOn(context, stream);
  else if (stream) context.body = Buffer.from(await stream.arrayBuffer());
  else if (bytes) context.body = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** The browser is read for, no faster than it takes the bytes; koa ends the stream where the browser goes away. */
function handOn(context: Context, { source, length }: StreamedResponse): void {
  context.body = source;
  if (length !== undefined) context.set('Content-Length', length);
  // What broke off must not look like a file: koa would leave the connection open.
  source.once('error', () => context.res.destroy());
}

function fail(context: Context, failure: Failure, namespace: string): void {
  const { code, sentence, field, retryable, httpStatus } = failure;
  context.withoutDataWrapping = true;
  context.status = httpStatus;
  // A sentence without a translation comes back as it is, whatever braces are in it.
  const message = context.t(sentence, { ns: namespace, skipInterpolation: true });
  context.body = { errors: [{ code, message, retryable, ...(field === undefined ? {} : { field }) }] };
}

function pathOf({ resource, name }: { resource: string; name: string }): string {
  return `${resource}:${name}`;
}
