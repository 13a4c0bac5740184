import { holds } from '#platform/access/actor.ts';
import type { Context } from '#platform/context.ts';
import { conflict } from '#shared/errors.ts';
import type { CustomerKind, FieldValues, ValueSource } from '#shared/fields.ts';

/** What asked for a customer: a scanned card, a capture, an answer to a form. */
export interface Origin {
  kind: string;
  id: string;
}

/** A checked customer with its people, to be kept for review instead of being created. */
export interface Collected {
  kind: CustomerKind;
  values: FieldValues;
  people: FieldValues[];
  source: ValueSource;
  note?: string;
  origin?: Origin;
  /** Import run, for undo. */
  batchId?: string;
}

/** The way of new customers that somebody reviews first. */
export interface Intake {
  /** Whether the caller's new customers must go that way. */
  binds(context: Context): Promise<boolean>;
  permission: string;
  /** Keeps drafts of the caller's; returns their ids in order. */
  keep(context: Context, cards: Collected[]): Promise<string[]>;
}
let intake: Intake | undefined;
/** Set by the module that owns intake. */
export const registerIntake = (door: Intake): void => {
  intake = door;
};

export const needsIntake = async (context: Context): Promise<boolean> => (await intake?.binds(context)) ?? false;

export async function requireDirectCreation(context: Context): Promise<void> {
  if (await needsIntake(context)) throw conflict('customer.intakeRequired');
}

/** The intake the caller's new customers go through: of roles bound to it, and of those who may collect but not create. */
export async function intakeOf(context: Context): Promise<Intake | null> {
  if (!intake || !holds(context.actor, intake.permission)) return null;
  return !holds(context.actor, 'customer:create') || (await intake.binds(context)) ? intake : null;
}

/** The kind of customer the company's preset begins with. */
export async function usualKind(context: Context): Promise<CustomerKind> {
  const org = await context.tx
    .selectFrom('org')
    .select('settings')
    .where('org_id', '=', context.orgId)
    .executeTakeFirstOrThrow();
  return (org.settings as { defaultKind?: CustomerKind }).defaultKind ?? 'company';
}

/** How a kind of origin learns what became of its intake. */
export interface OriginHandler {
  /** The intake is a customer now, with these people in the order they were given. */
  became(context: Context, id: string, made: { customerId: string; contactIds: string[] }): Promise<void>;
  /** The draft was thrown away: what was collected waits again. */
  dropped(context: Context, id: string): Promise<void>;
}
const origins = new Map<string, OriginHandler>();
export const registerOrigin = (kind: string, handler: OriginHandler): void => {
  origins.set(kind, handler);
};
export const originHandler = (kind: string | null): OriginHandler | undefined => origins.get(kind ?? '');
