import { checkValues, dictionaryFor, ofDictionary, unknownLinks } from '#modules/fields/index.ts';
import { ownerTeam } from '#modules/people/index.ts';
import { holds } from '#platform/access/actor.ts';
import { checkContextOf } from '#platform/company.ts';
import type { Context } from '#platform/context.ts';
import { requireVersion } from '#platform/http/version.ts';
import { conflict, forbidden, invalid, notFound, Problem } from '#shared/errors.ts';
import type { CustomerKind, FieldValues, Provenance, ValueSource } from '#shared/fields.ts';
import { parseCountry } from '#shared/reference/countries.ts';
import type { CustomerCard } from '../contract.ts';
import { rulesInUse } from './assignment/assign.ts';
import { loadCustomer, reloadCustomer, storedOf, viewCard, visibleSurvivor } from './card.ts';
import { refusedBy, waitForChains } from './change-rules.ts';
import { requireDirectCreation } from './creation.ts';
import { findDuplicates } from './duplicates.ts';
import { refreshDue } from './ownership/due.ts';
import { applyChange, type CustomerRow, insertCustomers, type SourceNote } from './store.ts';
import { moveToTrash } from './trash.ts';

export interface CreateInput {
  kind: CustomerKind;
  values: FieldValues;
  sources: Record<string, SourceNote>;
  ownerId?: string | null;
  allowDuplicate: boolean;
  /** How the whole card came in, when not typed. */
  source?: ValueSource;
  /** Came from outside (a form): rules of assignment decide first; the caller gets it where none does. */
  byRules?: boolean;
}

const byKey = ofDictionary(({ fields }) => new Map(fields.map((field) => [field.key, field] as const)));
const fieldsByKey = async (context: Context) => byKey(await dictionaryFor(context, 'customer'));

/** The country a customer is being given decides how its phones and postcode are read. */
const countryIn = ({ country }: FieldValues) => (typeof country === 'string' ? parseCountry(country) : undefined);

/** Values of a new customer as the caller may give them, checked; all wrong ones are named at once. */
export async function checkedCustomer(context: Context, kind: CustomerKind, input: FieldValues): Promise<FieldValues> {
  const fields = await fieldsByKey(context);
  const reading = await checkContextOf(context, countryIn(input));
  const { values, errors } = checkValues(fields, input, { ...reading, kind, create: true });
  errors.push(...(await unknownLinks(context, fields.values(), values)));
  if (errors.length > 0) throw invalid(errors);
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null));
}

/** Merely similar customers are shown while typing; only certain ones stop a creation. */
export async function refuseDuplicate(context: Context, kind: CustomerKind, values: FieldValues): Promise<void> {
  const found = await findDuplicates(context, { object: 'customer', kind, values }, null);
  const certain = found.items.filter((item) => item.certain).length + found.hidden;
  if (certain > 0) throw conflict('customer.duplicate', { data: found, params: { count: certain } });
}

/** Creates a customer for the caller, who becomes its owner unless another is named and may be. */
export async function createCustomer(context: Context, input: CreateInput): Promise<CustomerCard> {
  await requireDirectCreation(context);
  const given = await checkedCustomer(context, input.kind, input.values);
  if (!input.allowDuplicate) await refuseDuplicate(context, input.kind, given);
  const byRules = input.byRules === true && (await rulesInUse(context));
  const ownerId = byRules ? null : input.ownerId === undefined ? context.actor.userId : input.ownerId;
  if (!byRules && ownerId !== context.actor.userId && !holds(context.actor, 'customer:assign'))
    throw forbidden('customer:assign');
  const teamId = ownerId ? await ownerTeam(context, ownerId, 'ownerId') : null;
  refuseForeignVerification(context, input.sources);
  const [id = ''] = await insertCustomers(context, [
    { kind: input.kind, values: given, sources: input.sources, source: input.source, ownerId, teamId },
  ]);
  const row = await reloadCustomer(context, id);
  if (!row) throw notFound('customer');
  if (byRules && row.owner_id === null && row.pool === null && row.team_id === null) {
    await moveToOwner(context, row, { ownerId: context.actor.userId }, null);
    return reload(context, id);
  }
  return viewCard(context, row);
}

/** Only who may verify can hand in a value as verified; self-reported figures wait for audit (A8). */
function refuseForeignVerification(context: Context, sources: Record<string, SourceNote>): void {
  if (Object.values(sources).some((item) => item.verified) && !holds(context.actor, 'customer:verify'))
    throw forbidden('customer:verify');
}

export interface UpdateInput {
  kind?: CustomerKind;
  values: FieldValues;
  sources: Record<string, SourceNote>;
  reason?: string;
}

/** Locks a customer for a change by the caller and compares the version the caller read. */
async function openForChange(context: Context, id: string, permission: string): Promise<CustomerRow> {
  const row = await loadCustomer(context, id, permission, true).catch(async (error: unknown) => {
    const merged = error instanceof Problem && error.code === 'customer.merged' && context.ifMatch !== null;
    const survivor = merged ? await visibleSurvivor(context, id, permission) : undefined;
    if (!survivor) throw error;
    // Like any other change meanwhile: both sides are shown, and what was typed can go to the customer it became.
    const { number, name } = survivor;
    const current = await viewCard(context, survivor);
    throw new Problem(412, 'customer.merged', { params: { number, name }, data: { current } });
  });
  if (context.ifMatch !== null && row.version !== context.ifMatch) {
    const current = await viewCard(context, row);
    requireVersion(context, row.version, () => current);
  }
  return row;
}

export async function updateCustomer(context: Context, id: string, input: UpdateInput): Promise<CustomerCard> {
  if (input.values.parentCustomerId) await waitForChains(context);
  const row = await openForChange(context, id, 'customer:update');
  if (row.state !== 'active') throw conflict('customer.trashed');
  const fields = await fieldsByKey(context);
  const { values, errors } = checkValues(fields, input.values, {
    ...(await checkContextOf(context, countryIn(input.values) ?? row.country)),
    kind: input.kind ?? row.kind,
    create: false,
  });
  const stored = await storedOf(context, row);
  const unknown = await unknownLinks(context, fields.values(), values);
  const refused = await refusedBy(context, fields, stored, values, input.sources);
  // Whether a record that may not be seen hangs under this one is not told either.
  errors.push(...unknown, ...refused.filter(({ field }) => !unknown.some((error) => error.field === field)));
  if (errors.length > 0) throw invalid(errors);
  refuseForeignVerification(context, input.sources);
  const { kind, sources, reason } = input;
  const written = await applyChange(context, stored, { kind, values, sources, reason });
  return viewCard(context, written ?? row);
}

async function reload(context: Context, id: string): Promise<CustomerCard> {
  const row = await reloadCustomer(context, id);
  if (!row) throw notFound('customer');
  return viewCard(context, row);
}

export async function assignCustomer(
  context: Context,
  id: string,
  input: { ownerId: string | null; regionId?: string | null },
): Promise<CustomerCard> {
  const row = await openForChange(context, id, 'customer:assign');
  if (row.state !== 'active') throw conflict('customer.trashed');
  await moveToOwner(context, row, input, null);
  return reload(context, id);
}

/** Gives a locked customer to an owner; its team follows the owner's. */
export async function moveToOwner(
  context: Context,
  row: CustomerRow,
  input: { ownerId: string | null; regionId?: string | null },
  batchId: string | null,
  told: { event?: string; data?: Record<string, unknown> } = {},
): Promise<void> {
  const teamId = input.ownerId ? await ownerTeam(context, input.ownerId, 'ownerId') : null;
  if (input.regionId) {
    const region = await context.tx
      .selectFrom('sales_region')
      .select('id')
      .where('org_id', '=', context.orgId)
      .where('id', '=', input.regionId)
      .executeTakeFirst();
    if (!region) throw invalid([{ field: 'regionId', code: 'link.unknown' }]);
  }
  const regionId = input.regionId === undefined ? row.region_id : input.regionId;
  await applyChange(context, await storedOf(context, row), {
    values: {},
    columns: { owner_id: input.ownerId, team_id: teamId, region_id: regionId, ...termColumns(context, row, input) },
    event: told.event ?? 'customer.assigned',
    data: { from: row.owner_id, to: input.ownerId, regionFrom: row.region_id, regionTo: regionId, ...told.data },
    batchId,
  });
  await refreshDue(context, [row.id]);
}

/** A new owner leaves the pool and begins a term of its own. */
const termColumns = (context: Context, row: CustomerRow, input: { ownerId: string | null }) =>
  input.ownerId === row.owner_id
    ? {}
    : {
        claimed_at: input.ownerId ? context.now() : null,
        ...(input.ownerId ? { pool: null } : {}),
        home_pool: null,
        return_due_on: null,
        locked_until: null,
      };

export async function setTrashed(
  context: Context,
  id: string,
  trashed: boolean,
  reason?: string,
): Promise<CustomerCard> {
  const row = await openForChange(context, id, 'customer:trash');
  if ((row.state === 'trashed') === trashed) return viewCard(context, row);
  await moveToTrash(context, row, trashed, { reason });
  return reload(context, id);
}

/** Marks the present value of a tracked field as checked by the caller. */
export async function verifyValue(
  context: Context,
  id: string,
  key: string,
  note: string | undefined,
): Promise<CustomerCard> {
  const row = await openForChange(context, id, 'customer:verify');
  if (row.state !== 'active') throw conflict('customer.trashed');
  const { fields } = await dictionaryFor(context, 'customer');
  const field = fields.find((item) => item.key === key);
  const stored = await storedOf(context, row);
  if (!field?.tracked || stored.values[key] === undefined) throw notFound('field');
  const entry = stored.provenance[key] ?? { source: 'system' as const, at: context.now().toISOString(), by: null };
  const verified: Provenance = {
    ...entry,
    ...(note ? { note } : {}),
    verifiedAt: context.now().toISOString(),
    verifiedBy: context.actor.name,
  };
  await applyChange(
    context,
    { ...stored, provenance: { ...stored.provenance, [key]: verified } },
    {
      values: {},
      columns: { state: row.state },
      event: 'customer.verified',
      data: { field: key, ...(note ? { note } : {}) },
    },
  );
  return reload(context, id);
}
