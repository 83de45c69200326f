// The plugin as NocoBase's server sees it: lifecycle only. What there is to register comes from the module's manifest.
import { Plugin } from '@nocobase/server';
import { EmailManager, manifest, type Manifest } from 'email-manager';
import { registerActions } from './actions';
import { defineCollections } from './collections';
import { describeFailure } from './errors';
import { createHost, type ServerHost } from './host';
import { Schedules } from './schedules';

interface Running {
  host: ServerHost;
  manager: EmailManager;
  schedules: Schedules;
}

export default class PluginEmailManagerServer extends Plugin {
  private readonly manifest: Manifest = manifest();
  private running: Running | undefined;

  override beforeLoad() {
    if (this.isBlocked()) return;
    defineCollections(this.db, this.manifest);
  }

  override load() {
    if (this.isBlocked()) return;
    const running = this.create();
    this.running = running;
    registerActions(this.app, this.db, this.manifest, {
      log: this.log,
      answer: (request) => running.manager.action(request),
      wake: (name) => running.schedules.wake(name),
    });
    // Tables exist from here on, and only a process that serves gets here: commands load plugins without starting.
    this.app.on('afterStart', () => this.start(running));
    this.app.on('beforeStop', () => this.stop());
  }

  override beforeEnable() {
    this.refuseBesideConflicting();
  }

  override async afterDisable() {
    await this.stop();
  }

  private create(): Running {
    const host = createHost(this.app, this.db, this.log, this.manifest);
    const manager = new EmailManager(host);
    const schedules = new Schedules(this.manifest.schedules, (name) => manager.runSchedule(name), this.log);
    return { host, manager, schedules };
  }

  private async start({ host, manager, schedules }: Running) {
    host.prepare().catch((error: unknown) => {
      this.log.warn(`the search has no index: ${describeFailure(error)}`);
    });
    try {
      await manager.enable();
    } catch (error) {
      // The application must start all the same: an administrator repairs this in its pages.
      this.log.error(`the email manager could not be prepared: ${describeFailure(error)}`);
    }
    if (this.app.serving() || this.app.serving(this.name)) schedules.start();
  }

  private async stop() {
    const { running } = this;
    if (!running) return;
    this.running = undefined;
    running.host.close();
    await running.schedules.stop();
    running.manager.free();
  }

  /** While it is being enabled a conflict is an error; at a later start the rest of the application goes on without us. */
  private isBlocked(): boolean {
    if (!this.enabled) {
      this.refuseBesideConflicting();
      return false;
    }
    const conflict = this.conflicting();
    if (conflict) this.log.error(conflictMessage(conflict));
    return conflict !== undefined;
  }

  private refuseBesideConflicting() {
    const conflict = this.conflicting();
    if (conflict) throw new Error(conflictMessage(conflict));
  }

  private conflicting(): string | undefined {
    const { conflictsWith } = this.manifest;
    const others = [...this.app.pm.getPlugins().values()].filter(
      (plugin) => plugin !== this && plugin.enabled,
    );
    const names = others.flatMap((plugin) => [plugin.name, plugin.options.packageName ?? '']);
    return names.find((name) => conflictsWith.includes(name));
  }
}

function conflictMessage(name: string): string {
  return `The plugin "${name}" is enabled and owns the same collections as the email manager: disable one of the two.`;
}
