import { enableCompileCache } from 'node:module';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { Problem } from '#shared/errors.ts';
import { auditVerifyCommand } from './cli/audit-verify.ts';
import { type Command, UsageError } from './cli/command.ts';
import { duplicatesCommand } from './cli/duplicates.ts';
import { exportCommand } from './cli/export.ts';
import { importCommand } from './cli/import.ts';
import { scanCardCommand } from './cli/scan-card.ts';
import { setupCommand } from './cli/setup.ts';
import { vcardCommand } from './cli/vcard.ts';
import { reasonOf } from './failure.ts';

const commands: Command[] = [
  setupCommand,
  importCommand,
  exportCommand,
  duplicatesCommand,
  auditVerifyCommand,
  vcardCommand,
  scanCardCommand,
];

const about = (command: Command): string => `kedang ${command.usage}\n    ${command.summary}`;

function help(): string {
  const lines = ['kedang <command> [options]', ''];
  for (const command of commands) lines.push(`  ${command.usage}`, `      ${command.summary.split('\n', 1)[0]}`, '');
  lines.push('  help [command]', '      This list, or more about one command', '');
  lines.push('Environment: KEDANG_DATA (data folder, default ./data), KEDANG_URL, KEDANG_TOKEN, DATABASE_URL');
  return lines.join('\n');
}

function unknown(name: string): number {
  console.error(`kedang: no command "${name}"\n\n${help()}`);
  return 2;
}

enableCompileCache();

/** Runs one command line; the exit code is 0 on success, 1 on refusal, 2 on wrong usage. */
export async function main(args: string[]): Promise<number> {
  const [name = 'help', ...rest] = args;
  if (name === 'help' || name === '--help' || name === '-h') {
    const command = commands.find((item) => item.name === rest[0]);
    if (rest[0] && !command) return unknown(rest[0]);
    console.log(command ? about(command) : help());
    return 0;
  }
  const command = commands.find((item) => item.name === name);
  if (!command) return unknown(name);
  if (rest.includes('--help') || rest.includes('-h')) {
    console.log(about(command));
    return 0;
  }
  try {
    const { values, positionals } = parseArgs({
      args: rest,
      options: command.options,
      allowPositionals: command.takesFile ?? false,
    });
    return await command.run(values as Record<string, string | boolean | undefined>, positionals);
  } catch (error) {
    if (error instanceof Problem) {
      const details = error.errors.map((item) => `  ${item.field}: ${item.message ?? item.code}`);
      console.error([`kedang ${name}: ${error.message || error.code}`, ...details].join('\n'));
      return 1;
    }
    const code = (error as NodeJS.ErrnoException).code ?? '';
    if (error instanceof UsageError || code.startsWith('ERR_PARSE_ARGS')) {
      console.error(`kedang ${name}: ${(error as Error).message}\nusage: kedang ${command.usage}`);
      return 2;
    }
    console.error(`kedang ${name}: ${reasonOf(error)}`);
    return 1;
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  process.exitCode = await main(process.argv.slice(2));
}
