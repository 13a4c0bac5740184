/** Import rules (ARCHITECTURE.md, "Rules of import"). */
const order = [
  ...['people', 'notifications', 'fields', 'approvals', 'customers', 'trade', 'contacts', 'work', 'materials'],
  ...['quality', 'collection', 'segments', 'oversight', 'exchange', 'operations'],
];

/** Modules further down the order may not be known by those before them. */
const knowledge = order.map((name, index) => ({
  name: `${name}-knows-only-what-stands-before-it`,
  severity: 'error',
  from: { path: `^src/modules/${name}/` },
  to: { path: `^src/modules/(${order.slice(index + 1).join('|') || 'none'})/` },
}));

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true, pathNot: '^virtual:' } },
    {
      name: 'base-knows-no-modules',
      severity: 'error',
      from: { path: '^src/(shared|platform|ui)/' },
      to: { path: '^src/(modules|app)/' },
    },
    {
      name: 'shared-stands-alone',
      severity: 'error',
      from: { path: '^src/shared/' },
      to: { path: '^src/(platform|ui)/' },
    },
    {
      name: 'web-knows-no-server',
      severity: 'error',
      from: { path: '^src/(ui|modules/[^/]+/web)/' },
      to: { path: '^(src/platform/|src/modules/[^/]+/(server|index\\.ts)|db/)' },
    },
    {
      name: 'server-knows-no-web',
      severity: 'error',
      from: { path: '^src/(platform|modules/[^/]+/(server|index\\.ts))' },
      to: { path: '^src/(ui|modules/[^/]+/web)/' },
    },
    {
      name: 'modules-by-their-doors',
      comment: 'Another module is entered through index.ts, web/index.tsx or contract.ts.',
      severity: 'error',
      from: { path: '^src/modules/([^/]+)/' },
      to: { path: '^src/modules/(?!$1/)[^/]+/(?!index\\.ts$|contract\\.ts$|web/index\\.tsx$)' },
    },
    {
      name: 'app-by-the-doors',
      severity: 'error',
      from: { path: '^src/app/' },
      to: { path: '^src/modules/[^/]+/server/' },
    },
    {
      name: 'contract-is-pure',
      severity: 'error',
      from: { path: 'contract\\.ts$' },
      to: { path: '^src/(platform|ui|app)/' },
    },
    {
      name: 'no-test-code-in-the-product',
      severity: 'error',
      from: { path: '^src/', pathNot: '\\.test\\.ts$' },
      to: { path: '^(test|bench)/' },
    },
    ...knowledge,
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
    tsConfig: { fileName: 'tsconfig.json' },
  },
};
