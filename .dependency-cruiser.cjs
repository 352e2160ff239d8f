// The layers of the product: url, message, html, text <- rules <- detect <- policy <- clean <- shells.
// A file of the pure core knows no shell, no socket, file, clock service or logger; folders meet at their index.ts or types files.
const order = ['url', 'message', 'html', 'text', 'rules', 'detect', 'policy', 'clean'];
const shells = ['smtp', 'milter', 'auth', 'admin', 'service', 'cli', 'config', 'demo'];
const core = '^src/(span\\.ts|(url|message|html|text|rules|detect|policy|clean)/)';
const types =
  '(index|place|finding|input|types|format|rule-set|url-parts|policy|report|context|options|filter|matching|report-field)\\.ts$';
// Reading and compiling packs from disk is a shell's work that lives beside the format; the core never imports it.
const loaders = '^src/rules/(load|build|generated|disk)';

const layerRules = order.map((layer, at) => ({
  name: `layer-${layer}`,
  comment: `src/${layer} is below ${order.slice(at + 1).join(', ') || 'the shells'}`,
  severity: 'error',
  from: { path: `^src/${layer}/`, pathNot: loaders },
  to: { path: `^src/(${[...order.slice(at + 1), ...shells].join('|')})/`, pathNot: types },
}));

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      from: { path: '^src' },
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    ...layerRules,
    {
      name: 'core-knows-no-shell',
      comment: 'not even the types of a shell',
      severity: 'error',
      from: { path: core, pathNot: loaders },
      to: { path: `^src/(${shells.join('|')})/|^src/errors` },
    },
    {
      name: 'core-is-pure',
      comment: 'no sockets, files, DNS, processes or logger in the core',
      severity: 'error',
      from: { path: core, pathNot: loaders },
      to: {
        path: '^(node:)?(net|fs|fs/promises|dns|dns/promises|tls|http|https|http2|dgram|child_process|worker_threads|cluster|os|process|timers|timers/promises|readline)$|node_modules/(pino|prom-client|smtp-server|nodemailer|mailparser|commander)/',
      },
    },
    {
      name: 'core-imports-no-loader',
      severity: 'error',
      from: { path: core, pathNot: `${loaders}|^src/rules/index\\.ts$` },
      to: { path: loaders },
    },
    {
      name: 'folders-meet-at-their-index',
      severity: 'error',
      from: { path: '^src/([^/]+)/' },
      to: {
        path: '^src/[^/]+/',
        pathNot: [
          `^src/$1/`,
          types,
          '^src/rules/(load|load-compiled|adblock)\\.ts$',
          '^src/(service/cleaning|service/rule-packs|config/settings)\\.ts$',
        ],
      },
    },
    {
      name: 'source-knows-no-test',
      severity: 'error',
      from: { path: '^src' },
      to: { path: '^test' },
    },
    {
      name: 'only-runtime-packages',
      severity: 'error',
      from: { path: '^src' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
    },
    { name: 'resolvable', severity: 'error', from: { path: '^src' }, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
  },
};
