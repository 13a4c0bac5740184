// The import rules of ARCHITECTURE.md, and a guard that the tool really saw the modules: it is silent about files it cannot read.
import { existsSync, globSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { cruise, format } from 'dependency-cruiser';
import rules from '../.dependency-cruiser.cjs';

const root = fileURLToPath(new URL('..', import.meta.url));
process.chdir(root);
const { output } = await cruise(
  ['src', 'db', 'test', 'bench', 'scripts'].filter((folder) => existsSync(folder)),
  {
    ...rules.options,
    ruleSet: rules,
    validate: true,
  },
);
const sources = globSync('src/**/*.{ts,tsx}').length;
const seen = output.modules.filter((module) => module.source.startsWith('src/')).length;
if (seen < sources) {
  console.error(`import rules: only ${seen} of ${sources} source files were read`);
  process.exit(1);
}
const edges = output.modules.reduce((sum, module) => sum + module.dependencies.length, 0);
if (edges < sources) {
  console.error(`import rules: only ${edges} imports were resolved`);
  process.exit(1);
}
if (output.summary.error > 0) {
  const report = await format(output, { outputType: 'err' });
  console.error(report.output);
  process.exit(1);
}
console.log(`${seen} files, ${edges} imports`);
