// `npm run -s kedang -- …`: the command line, on Kedang's own Node. Installing may print; standard output stays the command's.
import { spawnSync } from 'node:child_process';
import { installPackages, nodeProgram, root } from './install.mjs';

installPackages();
// Ctrl-C reaches the command too, which ends what it began; this process waits for it.
process.on('SIGINT', () => {});
const run = spawnSync(nodeProgram(), [`${root}src/app/cli.ts`, ...process.argv.slice(2)], { stdio: 'inherit' });
process.exit(run.status ?? 1);
