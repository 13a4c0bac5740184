import { sql } from 'kysely';
import type { Context } from '#platform/context.ts';
import { recordEvent } from '#platform/events/index.ts';
import { requireVersion } from '#platform/http/version.ts';
import { invalid, notFound } from '#shared/errors.ts';
import { newId } from '#shared/ids.ts';
import type { EndKind, RelationType } from '../relation-contract.ts';

type Kinds = 'cc' | 'pp' | 'any' | 'user';
type Row = [
  key: string,
  kinds: Kinds,
  name: [zh: string, en: string],
  inverse: [zh: string, en: string],
  more?: { acyclic?: boolean },
];

const symmetric = (key: string, kinds: Kinds, zh: string, en: string): Row => [key, kinds, [zh, en], [zh, en]];

/** What every company starts with. `name`: what the second is to the first; `inverse`: the other way round. */
const builtin: Row[] = [
  ['referral', 'any', ['介绍来的客户', 'Referred'], ['介绍人', 'Referred by'], { acyclic: true }],
  ['parentCompany', 'cc', ['子公司', 'Subsidiary'], ['母公司', 'Parent company'], { acyclic: true }],
  ['dealer', 'cc', ['所服务客户', 'Customer served'], ['经销商', 'Dealer'], { acyclic: true }],
  ['householdMember', 'cc', ['家庭成员', 'Household member'], ['所属家庭', 'Household'], { acyclic: true }],
  ['supplier', 'cc', ['采购方', 'Buyer'], ['供应商', 'Supplier']],
  symmetric('competitor', 'cc', '竞争对手', 'Competitor'),
  symmetric('partner', 'cc', '合作伙伴', 'Business partner'),
  ['shareholder', 'any', ['投资企业', 'Company held'], ['股东', 'Shareholder']],
  symmetric('samePerson', 'any', '同一人', 'Same person'),
  symmetric('spouse', 'any', '配偶', 'Spouse'),
  ['parent', 'any', ['子女', 'Child'], ['父母', 'Parent'], { acyclic: true }],
  symmetric('relative', 'any', '亲属', 'Relative'),
  symmetric('classmate', 'any', '同学', 'Classmate'),
  symmetric('fellowTownsman', 'any', '同乡', 'From the same town'),
  symmetric('friend', 'any', '朋友', 'Friend'),
  symmetric('formerColleague', 'any', '前同事', 'Former colleague'),
  symmetric('ally', 'pp', '同盟', 'Ally'),
  symmetric('rival', 'pp', '对立', 'Rival'),
  ['mentor', 'pp', ['弟子', 'Protégé'], ['师傅', 'Mentor']],
  ['knows', 'user', ['认识的人', 'Knows'], ['我方熟人', 'Known by']],
];

const kindsOf: Record<Kinds, { first: EndKind[]; second: EndKind[] }> = {
  cc: { first: ['customer'], second: ['customer'] },
  pp: { first: ['contact'], second: ['contact'] },
  any: { first: ['customer', 'contact'], second: ['customer', 'contact'] },
  user: { first: ['user'], second: ['customer', 'contact'] },
};

/** Writes the kinds of relations a company does not have yet; what it renamed or hid stays. */
export async function seedRelationTypes(context: Context): Promise<void> {
  await context.tx
    .insertInto('relation_type')
    .values(
      builtin.map(([key, kinds, name, inverse, more], index) => ({
        org_id: context.orgId,
        id: newId(),
        key,
        name_zh: name[0],
        name_en: name[1],
        inverse_zh: inverse[0],
        inverse_en: inverse[1],
        is_symmetric: name[0] === inverse[0],
        is_acyclic: more?.acyclic ?? false,
        first_kinds: kindsOf[kinds].first,
        second_kinds: kindsOf[kinds].second,
        position: index + 1,
        builtin: true,
      })),
    )
    .onConflict((oc) => oc.columns(['org_id', 'key']).doNothing())
    .execute();
}

const select = (context: Context) =>
  context.tx.selectFrom('relation_type').selectAll().where('org_id', '=', context.orgId);
type TypeRow = Awaited<ReturnType<ReturnType<typeof select>['executeTakeFirstOrThrow']>>;

const view = (row: TypeRow): RelationType => ({
  id: row.id,
  version: row.version,
  key: row.key,
  name: { zh: row.name_zh, en: row.name_en },
  inverse: { zh: row.inverse_zh, en: row.inverse_en },
  symmetric: row.is_symmetric,
  acyclic: row.is_acyclic,
  firstKinds: row.first_kinds as EndKind[],
  secondKinds: row.second_kinds as EndKind[],
  builtin: row.builtin,
  hidden: row.hidden,
});

export async function relationTypes(context: Context): Promise<RelationType[]> {
  const rows = await select(context).orderBy('position').orderBy('id').limit(500).execute();
  return rows.map(view);
}

export async function relationType(context: Context, id: string): Promise<RelationType> {
  const row = await select(context).where('id', '=', id).executeTakeFirst();
  if (!row) throw invalid([{ field: 'typeId', code: 'link.unknown' }]);
  return view(row);
}

interface TypeInput {
  name: { zh: string; en: string };
  inverse: { zh: string; en: string };
  firstKinds: EndKind[];
  secondKinds: EndKind[];
  symmetric: boolean;
  acyclic: boolean;
}

export async function createRelationType(context: Context, input: TypeInput): Promise<RelationType> {
  const same = input.name.zh === input.inverse.zh && input.name.en === input.inverse.en;
  if (input.symmetric && (!same || input.firstKinds.includes('user') || input.acyclic))
    throw invalid([{ field: 'inverse', code: 'relationType.symmetric' }]);
  const id = newId();
  await context.tx
    .insertInto('relation_type')
    .values({
      org_id: context.orgId,
      id,
      key: `c${id.replaceAll('-', '').slice(-20)}`,
      name_zh: input.name.zh,
      name_en: input.name.en,
      inverse_zh: input.inverse.zh,
      inverse_en: input.inverse.en,
      is_symmetric: input.symmetric,
      is_acyclic: input.acyclic,
      first_kinds: [...new Set(input.firstKinds)],
      second_kinds: [...new Set(input.secondKinds)],
      position: 1000,
    })
    .execute();
  const made = await relationType(context, id);
  await recordEvent(context, {
    kind: 'relationType.created',
    subjectKind: 'relationType',
    subjectId: id,
    data: { name: made.name.zh },
  });
  return made;
}

export async function updateRelationType(
  context: Context,
  id: string,
  input: Partial<Pick<TypeInput, 'name' | 'inverse'>> & { hidden?: boolean },
): Promise<RelationType> {
  const row = await select(context).where('id', '=', id).forUpdate().executeTakeFirst();
  if (!row) throw notFound('relationType');
  requireVersion(context, row.version, () => view(row));
  const name = input.name ?? view(row).name;
  const inverse = row.is_symmetric ? name : (input.inverse ?? view(row).inverse);
  await context.tx
    .updateTable('relation_type')
    .set({
      name_zh: name.zh,
      name_en: name.en,
      inverse_zh: inverse.zh,
      inverse_en: inverse.en,
      ...(input.hidden === undefined ? {} : { hidden: input.hidden }),
      version: sql`version + 1`,
    })
    .where('org_id', '=', context.orgId)
    .where('id', '=', id)
    .execute();
  const changed = await relationType(context, id);
  await recordEvent(context, {
    kind: 'relationType.changed',
    subjectKind: 'relationType',
    subjectId: id,
    changes: {
      name: { from: view(row).name, to: changed.name },
      inverse: { from: view(row).inverse, to: changed.inverse },
      hidden: { from: row.hidden, to: changed.hidden },
    },
  });
  return changed;
}
