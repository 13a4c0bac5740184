import type { Context } from '../context.ts';
import type { Cell } from './cells.ts';

/** A cell that was refused, with its column and the reason. */
export interface WrongCell {
  column: string;
  value: string;
  code: string;
  params: Record<string, string | number>;
}

/** A row of a sheet as a target reads it; it adds what its own writing needs. */
export interface SheetRow {
  row: number;
  cells: Cell[];
  errors: WrongCell[];
}

/** A row left out on purpose. */
export interface SkippedRow {
  row: number;
  /** What the row is about, for the list: the company's name. */
  label: string;
  /** `known`: there already; `same`: nothing differs; `unreachable`: there, but not the importer's to change. */
  reason: 'known' | 'same' | 'unreachable';
  /** By which kind of value it was recognised: phone, email, name … */
  because: string | null;
  customerId: string | null;
}

/** What became of a batch of rows. */
export interface Outcome {
  created: number;
  updated: number;
  skipped: SkippedRow[];
  failed: { row: SheetRow; errors: WrongCell[] }[];
}

export const duplicateModes = ['skip', 'update', 'fill', 'create'] as const;
export type DuplicateMode = (typeof duplicateModes)[number];

/** What the person chose for an import. */
export interface SheetOptions {
  headerRow: number;
  /** Column number from 0 → key of a target's column. */
  mapping: Record<string, string>;
  duplicates: DuplicateMode;
  kind: string;
  owner: { way: 'me' | 'person' | 'column' | 'none'; personId?: string | null };
}

/** A column a target can take in. */
export interface TargetColumn {
  key: string;
  label: { zh: string; en: string };
  /** Heading under which the columns are offered. */
  group: 'customer' | 'contact' | 'purchase';
  /** Whether several columns of a sheet may go into it together. */
  several?: boolean;
}

/** A short transaction of its own beside the batch's: of several batches under way, in the order of the sheet. */
export type Aside = <T>(work: (context: Context) => Promise<T>) => Promise<T>;

/** One run of an import: what it needs is looked up once, then rows are read without the database and written in batches. */
export interface SheetRun<Row extends SheetRow = SheetRow> {
  /** Undefined for an empty row. */
  parse(cells: Cell[], row: number): Row | undefined;
  /**
   * What the rows have that makes them the same as others: a batch that shares none of it with the one before may be written at the
   * same time. Absent or null: each batch waits until the one before is written, because it may wait for what that one holds.
   */
  marks?(rows: Row[]): string[] | null;
  /**
   * Writes the rows without errors in the caller's transaction and lists the others. Records of one import carry its id as their
   * batch, for the undo. `aside`: given when another batch may be under way, for what both would wait for.
   */
  write(context: Context, rows: Row[], batchId: string, aside?: Aside): Promise<Outcome>;
}

/** Something sheets can be imported into. The module that owns the records registers it; the pipeline stays the same. */
export interface ImportTarget<Row extends SheetRow = SheetRow> {
  key: string;
  /** Place among the targets; the first is proposed when the headings tell nothing. */
  order: number;
  /** Needed beside the permission to import. */
  permission: string;
  modes: readonly DuplicateMode[];
  columns(context: Context): Promise<TargetColumn[]>;
  /** Known headings and the column each means; of two the later wins. */
  headings(context: Context): Promise<[heading: string, key: string][]>;
  /** The problem of a mapping with which nothing could be written, or null. */
  lacking(mapped: string[], kind: string): string | null;
  /** Refuses options that do not fit together, naming them. */
  check(context: Context, options: SheetOptions): Promise<void>;
  start(context: Context, options: SheetOptions, headings: Map<number, string>): Promise<SheetRun<Row>>;
}

const targets = new Map<string, ImportTarget>();

/** Adds something sheets can be imported into. */
export const registerImportTarget = <Row extends SheetRow>(target: ImportTarget<Row>): void =>
  void targets.set(target.key, target as unknown as ImportTarget);

export const importTargets = (): ImportTarget[] => [...targets.values()].sort((a, b) => a.order - b.order);
export const importTarget = (key: string): ImportTarget | undefined => targets.get(key);
