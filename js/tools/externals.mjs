// What the host supplies, so that the bundles don't bring it along. Found by reading the `define` calls of NocoBase 2.2.15's client,
// one list for each lane, and the server's own list of the packages that plugins share with it.

/** AMD names that both client lanes define. */
const both = [
  'react',
  'react-dom',
  'react/jsx-runtime',
  'react-router',
  'react-router-dom',
  'antd',
  'antd-style',
  '@ant-design/icons',
  '@ant-design/cssinjs',
  'i18next',
  'react-i18next',
  '@formily/antd-v5',
  '@formily/core',
  '@formily/react',
  '@formily/reactive',
  '@formily/shared',
  '@nocobase/utils',
  '@nocobase/utils/client',
  '@nocobase/evaluators',
  '@nocobase/evaluators/client',
  '@nocobase/flow-engine',
  '@dnd-kit/core',
  '@dnd-kit/sortable',
  'ahooks',
  'axios',
  'dayjs',
  'lodash',
  '@emotion/css',
  'file-saver',
];

/** The lane at `/`. Plugins' v1 entries have no `@nocobase/client-v2` there. */
export const client = [
  ...both,
  '@nocobase/client',
  '@nocobase/client/client',
  '@nocobase/sdk',
  '@formily/json-schema',
  '@formily/path',
  '@formily/validator',
  '@formily/reactive-react',
];

/** The lane at `/v/`. */
export const clientV2 = [...both, '@nocobase/client-v2', '@nocobase/client-v2/client-v2', '@ctrl/tinycolor'];

/** Packages that a plugin's server code requires from the host. */
export const server = [
  '@nocobase/*',
  'jsonwebtoken',
  'cache-manager',
  'sequelize',
  'umzug',
  'async-mutex',
  'winston',
  'koa',
  '@koa/cors',
  '@koa/router',
  '@koa/multer',
  'multer',
  'koa-bodyparser',
  'koa-static',
  'koa-send',
  'i18next',
  'dayjs',
  'pg',
  'axios',
  'lodash',
  'joi',
];

/** The versions that the host's compatibility check compares with its own. */
export const versions = {
  '@nocobase/client': '2.2.15',
  '@nocobase/client-v2': '2.2.15',
  '@nocobase/database': '2.2.15',
  '@nocobase/flow-engine': '2.2.15',
  '@nocobase/server': '2.2.15',
  '@nocobase/utils': '2.2.15',
  '@ant-design/icons': '5.6.1',
  '@formily/antd-v5': '1.2.3',
  '@formily/core': '2.3.7',
  '@formily/react': '2.3.7',
  antd: '5.24.2',
  dayjs: '1.11.13',
  react: '18.2.0',
  'react-dom': '18.2.0',
  'react-i18next': '11.18.6',
};
