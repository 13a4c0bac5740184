import type { z } from 'zod';
import type { Context } from '../context.ts';
import type { Cell } from './cells.ts';
import type { SheetColumn } from './write.ts';

export interface SourcePage {
  rows: Cell[][];
  nextCursor: string | null;
}

/**
 * Something besides customers that leaves as a sheet: answers of a form, contacts, check-ins. The module that owns the records
 * registers it; purpose, limit, approval, log, formats and password are those of every export. Everything here runs with the
 * rights of who asked, in a transaction.
 */
export interface ExportSource<Query = unknown> {
  key: string;
  label: { zh: string; en: string };
  /** Needed beside the permission to export. */
  permission: string;
  /** Shape of what says which records; kept with the run and shown to the approver. */
  query: z.ZodType<Query>;
  /** Which records, in words for log and approver: the form's title, the period … */
  describe(context: Context, query: Query): Promise<string>;
  /** How many rows there are, up to `limit`; refuses what one may not see and names that cannot be. */
  count(context: Context, query: Query, limit: number): Promise<number>;
  columns(context: Context, query: Query): Promise<SheetColumn[]>;
  /** The next rows in the order of their keys, without `cursor` the first. */
  page(context: Context, query: Query, cursor: string | undefined): Promise<SourcePage>;
}

const sources = new Map<string, ExportSource>();

/** Adds something that can be exported as a sheet. */
export const registerExportSource = <Query>(source: ExportSource<Query>): void =>
  void sources.set(source.key, source as unknown as ExportSource);

export const exportSources = (): ExportSource[] => [...sources.values()];
export const exportSource = (key: string): ExportSource | undefined => sources.get(key);
