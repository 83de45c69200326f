// A stand-in for the module that records what it is asked, and answers in every way that the module may.

/** What it offers. */
export const manifest = {
  namespace: 'nocobase-plugin-email-manager',
  snippet: 'pm.mail',
  linking: { name: 'linkThings', title: 'Link things' },
  collections: [
    {
      name: 'mailThings',
      title: 'Things',
      fields: [
        { name: 'userId', type: 'bigInt' },
        { name: 'secret', type: 'text', hidden: true },
      ],
      indexes: [{ fields: ['userId'], unique: true }],
    },
  ],
  actions: [
    { resource: 'mail', name: 'hello', access: 'public' },
    { resource: 'mail', name: 'echo', access: 'loggedIn' },
    { resource: 'mail', name: 'bytes', access: 'loggedIn' },
    { resource: 'mail', name: 'stream', access: 'loggedIn' },
    { resource: 'mail', name: 'refuse', access: 'loggedIn' },
    { resource: 'mail', name: 'upload', access: 'loggedIn', file: 1000 },
    { resource: 'mail', name: 'crash', access: 'loggedIn' },
    { resource: 'mail', name: 'settings', access: 'settings' },
    { resource: 'mail', name: 'saveSettings', access: 'settings' },
    { resource: 'mailThings', name: 'get', access: 'loggedIn' },
  ],
  schedules: [{ name: 'sync', everySeconds: 3600, concurrency: 1 }],
  standInDomain: 'stand-in.invalid',
  origins: [],
  conflictsWith: ['rival'],
};

class EmailManagerError extends Error {
  name = 'EmailManagerError';
  constructor(properties) {
    super('the whole chain of causes');
    Object.assign(this, properties);
  }
}

/** One instance for each application that was loaded. */
export class EmailManager {
  static instances = [];
  enabled = 0;
  freed = 0;
  runs = [];
  remaining = 2;

  constructor(host) {
    this.host = host;
    EmailManager.instances.push(this);
  }

  async enable() {
    this.enabled += 1;
    await this.host.count('mailThings', {});
  }

  async action(request) {
    switch (request.action) {
      case 'bytes':
        return {
          body: null,
          wake: [],
          bytes: new Uint8Array([0, 1, 255]),
          headers: { 'Content-Type': 'image/png' },
        };
      case 'stream': {
        const wanted = new Request(request.params.from);
        const stream = await this.host.open(wanted, { timeoutMs: 5000, maxBytes: 256 << 20 });
        return { body: null, wake: [], stream, headers: { 'Content-Type': 'application/octet-stream' } };
      }
      case 'upload': {
        const { file } = request;
        if (!file) return { body: null, wake: [] };
        const parts = await Promise.all([file.read(0, 4), file.read(4, 1000)]);
        const { name, mimeType, size } = file;
        return { body: { name, mimeType, size, parts: parts.map((part) => [...part]) }, wake: [] };
      }
      case 'refuse':
        throw new EmailManagerError({
          code: 'invalid_input',
          sentence: 'No {{such}} $t(thing)',
          field: 'email',
          retryable: false,
          httpStatus: 400,
        });
      case 'crash':
        throw new TypeError('private words');
      default:
        return { body: request, meta: { count: 1 }, wake: request.action === 'echo' ? ['sync'] : [] };
    }
  }

  async runSchedule(name) {
    this.runs.push(name);
    this.remaining -= 1;
    return { again: this.remaining > 0 };
  }

  free() {
    this.freed += 1;
  }
}
