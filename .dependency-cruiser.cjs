// The layers of docs/architecture.md; each comment says what to do instead.
const everything = 'app|bot|web|core|adapters|migrations|tests'
const layer = (name, allowed, comment, extra = {}) => ({
  name: `${name}-stays-in-its-lane`,
  severity: 'error',
  comment,
  from: { path: `^${name}/`, pathNot: '[.]test[.]ts$' },
  to: { path: `^(${everything})/`, pathNot: `^(${allowed})`, ...extra },
})
const ioPackages =
  'typeorm|mysql2|@photostructure/sqlite|bull|ioredis|koa|@koa/router|ws|ssh2|nodemailer|pino|prom-client|@wecom/aibot-node-sdk'
module.exports = {
  forbidden: [
    layer('core', 'core/', 'put an interface in core/ports; app/compose.ts hands the real thing in'),
    layer('bot', 'bot/|core/', 'ask a core service'),
    layer('web', 'web/|core/', 'ask a core service'),
    layer(
      'adapters',
      // The database applies the migrations and seals audit rows by the one definition of their form.
      'adapters/|core/ports/|core/errors|core/audit/audit[.]ts|migrations/index[.]ts',
      'domain types yes, behaviour no',
      { dependencyTypesNot: ['type-only'] },
    ),
    layer('migrations', 'migrations/', 'a migration must not change when code does'),
    {
      name: 'adapters-do-not-import-each-other',
      severity: 'error',
      comment: 'two adapters meet in app/compose.ts; what both need goes to adapters/shared',
      from: { path: '^adapters/([^/]+)/', pathNot: '[.]test[.]ts$' },
      to: { path: '^adapters/', pathNot: '^adapters/($1|shared)/' },
    },
    {
      name: 'core-does-no-io',
      severity: 'error',
      comment: 'core imports libraries that do no I/O; reach the world through core/ports',
      from: { path: '^core/', pathNot: '[.]test[.]ts$' },
      to: { path: `node_modules/(${ioPackages})/` },
    },
    {
      name: 'adapters-know-no-entrance',
      severity: 'error',
      comment: 'an adapter serves a port, whoever asks; not even types of the entrances',
      from: { path: '^adapters/', pathNot: '[.]test[.]ts$' },
      to: { path: '^(bot|web)/' },
    },
    {
      name: 'core-reaches-no-system',
      severity: 'error',
      comment: 'of Node itself core uses hashing only; reach the world through core/ports',
      from: { path: '^core/', pathNot: '[.]test[.]ts$' },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?crypto$' },
    },
    {
      name: 'nobody-imports-app',
      severity: 'error',
      comment: 'app joins; it is not a library',
      from: { pathNot: '^(app|tests|scripts|bin)/' },
      to: { path: '^app/' },
    },
    { name: 'no-circles', severity: 'error', comment: 'split out what both need', from: {}, to: { circular: true } },
  ],
  options: {
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: '^(dist|web/public)/',
    tsConfig: { fileName: 'tsconfig.json' },
  },
}
