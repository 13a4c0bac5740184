import type { ParseArgsConfig } from 'node:util';

export type Options = Record<string, string | boolean | undefined>;

/** One command of `kedang`. */
export interface Command {
  name: string;
  usage: string;
  summary: string;
  options: NonNullable<ParseArgsConfig['options']>;
  /** Returns the exit code; throws `UsageError` or `Problem`. */
  run(options: Options, positionals: string[]): Promise<number>;
}

export class UsageError extends Error {}

/** The option as text, or a usage error naming it. */
export function required(options: Options, name: string): string {
  const value = options[name];
  if (typeof value !== 'string' || value === '') throw new UsageError(`--${name} is missing`);
  return value;
}

export const text = (options: Options, name: string): string | undefined =>
  typeof options[name] === 'string' && options[name] !== '' ? (options[name] as string) : undefined;

/** First line of standard input: a secret never stands on a command line, where others can see it. */
export async function readSecret(): Promise<string> {
  let input = '';
  for await (const chunk of process.stdin) input += String(chunk);
  return input.split(/\r?\n/, 1)[0] ?? '';
}
