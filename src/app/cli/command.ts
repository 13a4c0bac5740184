import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { ParseArgsConfig } from 'node:util';

export type Options = Record<string, string | boolean | undefined>;

/** One command of `kedang`. */
export interface Command {
  name: string;
  usage: string;
  summary: string;
  options: NonNullable<ParseArgsConfig['options']>;
  /** Without options' names only the name of a file can be given, and only to a command that has one. */
  takesFile?: true;
  /** Returns the exit code; throws `UsageError` or `Problem`. */
  run(options: Options, positionals: string[]): Promise<number>;
}

export class UsageError extends Error {}

/** The one file a command is about; another is a slip better told than left out. */
export function oneFile([file, ...more]: string[], what: string): string {
  if (!file) throw new UsageError(`name ${what}`);
  if (more.length > 0) throw new UsageError(`one file at a time: "${more[0]}" is too many`);
  return file;
}

/** A file there is to read. */
export function readable(path: string): string {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found) throw new UsageError(`there is no file ${path}`);
  if (!found.isFile()) throw new UsageError(`${path} is not a file`);
  return path;
}

/** A place a file can be written to: found out before the work, not after it. */
export function writable(path: string): string {
  const folder = dirname(resolve(path));
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw new UsageError(`${path} is a folder`);
  try {
    accessSync(folder, constants.W_OK);
    if (existsSync(path)) accessSync(path, constants.W_OK);
  } catch {
    throw new UsageError(`${path} cannot be written`);
  }
  return path;
}

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
