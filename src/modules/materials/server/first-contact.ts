import { viewContactsOf } from '#modules/contacts/index.ts';
import { type CustomerRow, loadCustomer } from '#modules/customers/index.ts';
import { dictionaryFor, fromRow } from '#modules/fields/index.ts';
import { nextAppointment } from '#modules/work/index.ts';
import { mayTouch } from '#platform/access/visible.ts';
import { companyToday } from '#platform/company.ts';
import type { Context } from '#platform/context.ts';
import { recordEvent } from '#platform/events/index.ts';
import type { Translator } from '#platform/i18n/index.ts';
import { conflict } from '#shared/errors.ts';
import { newId } from '#shared/ids.ts';
import type { FirstContactGuide } from '../first-contact-contract.ts';

type Step = NonNullable<FirstContactGuide['steps']>[number];
type Say = (key: string, params?: Record<string, string>) => string;

/** Customers somebody has spoken with, or who buy, need no guide to the first contact. */
const unknown = (row: CustomerRow) =>
  row.state === 'active' && row.last_contact_at === null && !(Number(row.purchase_count ?? 0) > 0);

/** How many names, titles … a step tells. */
const shown = 3;

async function materialsStep(context: Context, customerId: string, say: Say): Promise<Step> {
  const rows = await context.tx
    .selectFrom('material_send')
    .innerJoin('material', (join) =>
      join.onRef('material.org_id', '=', 'material_send.org_id').onRef('material.id', '=', 'material_send.material_id'),
    )
    .leftJoin('material_mail', (join) =>
      join
        .onRef('material_mail.org_id', '=', 'material_send.org_id')
        .onRef('material_mail.id', '=', 'material_send.mail_id'),
    )
    .select(['material.title', 'material_send.recipient', 'material_send.opened_first_at'])
    .where('material_send.org_id', '=', context.orgId)
    .where('material_send.customer_id', '=', customerId)
    .where('material_send.revoked_at', 'is', null)
    .where((eb) => eb.or([eb('material_mail.state', 'is', null), eb('material_mail.state', 'in', ['queued', 'sent'])]))
    .orderBy('material_send.id', 'desc')
    .limit(shown)
    .execute();
  return {
    key: 'materials',
    done: rows.length > 0,
    facts: [
      ...new Set(
        rows.map((row) => say(row.opened_first_at ? 'opened' : 'sent', { title: row.title, to: row.recipient })),
      ),
    ],
  };
}

async function appointmentStep(context: Context, customerId: string, translate: Translator): Promise<Step> {
  const next = await nextAppointment(context, customerId, await companyToday(context));
  return {
    key: 'appointment',
    done: next !== null,
    facts: next ? [`${next.day} ${translate(context.lang, `work.type.${next.kind}`)}`] : [],
  };
}

/** Who receives us, and whether he may decide; nothing of fields the actor may not read. */
async function peopleSteps(context: Context, customerId: string, say: Say): Promise<Step[]> {
  const { fields } = await dictionaryFor(context, 'contact');
  const role = fields.find((field) => field.key === 'buyingRole');
  const people = await viewContactsOf(context, customerId);
  const nameOf = (person: (typeof people)[number]) => String(person.values.name ?? '');
  const receiver: Step = {
    key: 'receiver',
    done: people.length > 0,
    facts: people.slice(0, shown).map((person) => [nameOf(person), person.values.position].filter(Boolean).join(' ')),
  };
  if (!role) return [receiver];
  const known = people.filter((person) => person.values.buyingRole);
  const decides = known.some((person) => person.values.buyingRole === 'decides');
  const labelOf = (value: unknown) => {
    const option = role.options.find((item) => item.key === value);
    return (context.lang === 'en-US' ? option?.en : option?.zh) ?? String(value);
  };
  return [
    receiver,
    {
      key: 'decision',
      done: known.length > 0,
      facts: [
        ...known.slice(0, shown).map((person) => `${nameOf(person)} ${labelOf(person.values.buyingRole)}`),
        ...(known.length > 0 && !decides ? [say('noDecider')] : []),
      ],
    },
  ];
}

async function needsStep(context: Context, row: CustomerRow): Promise<Step[]> {
  const { fields } = await dictionaryFor(context, 'customer');
  const asked = fields.filter((field) => field.key === 'needs' || field.key === 'painPoints');
  if (!asked.some((field) => field.key === 'needs')) return [];
  const texts = Object.values(fromRow(asked, row)).filter(
    (value): value is string => typeof value === 'string' && value.trim() !== '',
  );
  return [{ key: 'needs', done: texts.length > 0, facts: texts.map((text) => text.trim().slice(0, 80)) }];
}

/** The steps before the first contact, ticked by what is on record; none once there was contact. */
export async function firstContactGuide(
  context: Context,
  translate: Translator,
  customerId: string,
): Promise<FirstContactGuide> {
  const row = await loadCustomer(context, customerId, 'customer:read');
  const can = {
    send: mayTouch(context.actor, 'material:send', row),
    record: mayTouch(context.actor, 'activity:record', row),
    update: mayTouch(context.actor, 'customer:update', row),
  };
  if (!can.record || !unknown(row) || (await isWaived(context, customerId))) return { steps: null, can };
  const say: Say = (key, params) => translate(context.lang, `materials.firstContact.fact.${key}`, params);
  return {
    steps: [
      await materialsStep(context, customerId, say),
      await appointmentStep(context, customerId, translate),
      // A person who is the customer receives us himself and decides himself.
      ...(row.kind === 'individual' ? [] : await peopleSteps(context, customerId, say)),
      ...(await needsStep(context, row)),
    ],
    can,
  };
}

async function isWaived(context: Context, customerId: string): Promise<boolean> {
  const waiver = await context.tx
    .selectFrom('first_contact_waiver')
    .select('id')
    .where('org_id', '=', context.orgId)
    .where('customer_id', '=', customerId)
    .executeTakeFirst();
  return waiver !== undefined;
}

export async function waiveFirstContact(
  context: Context,
  translate: Translator,
  customerId: string,
): Promise<FirstContactGuide> {
  const row = await loadCustomer(context, customerId, 'activity:record', true);
  if (row.state !== 'active') throw conflict('customer.trashed');
  if (unknown(row) && !(await isWaived(context, customerId))) {
    const id = newId();
    await context.tx
      .insertInto('first_contact_waiver')
      .values({ org_id: context.orgId, id, customer_id: customerId, created_by: context.actor.userId })
      .execute();
    await recordEvent(context, {
      kind: 'firstContact.waived',
      subjectKind: 'customer',
      subjectId: customerId,
      customerId,
    });
  }
  return firstContactGuide(context, translate, customerId);
}
