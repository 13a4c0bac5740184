import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, type Json, match, startTestApp, type TestApp } from '#test/app.ts';

let t: TestApp;
beforeAll(async () => {
  t = await startTestApp();
});
afterAll(() => t.close());

const create = async (values: Json): Promise<Json> => {
  const made = await t.admin.send('POST', '/customers', { kind: 'company', values, allowDuplicate: true });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  return made.body;
};
const addPerson = async (customerId: string, values: Json): Promise<Json> =>
  (await t.admin.send('POST', '/contacts', { customerId, values })).body;
const merge = async (survivor: Json, other: Json, path = '/merges') => {
  const made = await t.admin.send('POST', path, {
    survivorId: survivor.id,
    participants: [survivor, other].map(({ id, version }) => ({ id, version })),
  });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  return made.body;
};
const undo = async (made: Json) => {
  const undone = await t.admin.send('POST', `/merges/${made.id}/undoing`, undefined, match(made.version));
  expect(undone.status, JSON.stringify(undone.body)).toBe(200);
  return undone.body;
};
const save = (client: Client, path: string, values: Json, version: number, lang = 'zh-CN') =>
  client.send('PATCH', path, { values }, { ...match(version), 'accept-language': lang });

describe('a card edited while it is merged', () => {
  it('shows both sides and lets what was typed be saved to the survivor', async () => {
    const [a, b] = [await create({ name: '编辑中甲', remark: '甲' }), await create({ name: '编辑中乙', remark: '乙' })];
    await merge(a, b);
    const late = await save(t.admin, `/customers/${b.id}`, { remark: '刚写的备注' }, b.version);
    expect([late.status, late.body.code]).toEqual([412, 'customer.merged']);
    expect(late.body.title).toContain(a.number);
    expect(late.body.data.current).toMatchObject({ id: a.id, values: { remark: '甲' } });
    const english = await save(t.admin, `/customers/${b.id}`, { remark: 'x' }, b.version, 'en-US');
    expect(english.body.title).toContain(`merged into ${a.number}`);
    const { id, version } = late.body.data.current;
    expect((await save(t.admin, `/customers/${id}`, { remark: '刚写的备注' }, version)).body.values.remark).toBe(
      '刚写的备注',
    );
    // The survivor's own edit, begun before the merge, is an ordinary conflict.
    const stale = await save(t.admin, `/customers/${a.id}`, { remark: '旧' }, a.version);
    expect([stale.status, stale.body.code]).toEqual([412, 'version.conflict']);
    const note = await t.admin.send('POST', `/customers/${b.id}/notes`, { body: '晚到的记录' });
    expect([note.status, note.body.code]).toEqual([409, 'customer.merged']);
    expect(note.body.data.survivor).toEqual({ id: a.id, number: a.number, name: '编辑中甲' });
  });

  it('tells nothing of a survivor out of scope', async () => {
    const [a, b] = [await create({ name: '范围外甲' }), await create({ name: '范围外乙' })];
    await merge(a, b);
    const rep = await t.as('sales');
    expect((await rep.get(`/customers/${b.id}`)).status).toBe(404);
    const late = await save(rep, `/customers/${b.id}`, { remark: 'x' }, 1);
    expect(late.status).toBe(404);
    expect(JSON.stringify(late.body)).not.toContain('范围外');
  });

  it('loses neither side when both happen at once', async () => {
    for (const round of [1, 2, 3, 4]) {
      const [a, b] = [await create({ name: `同时甲${round}` }), await create({ name: `同时乙${round}` })];
      const participants = [a, b].map(({ id, version }) => ({ id, version }));
      const [merged, edited, noted] = await Promise.all([
        t.admin.send('POST', '/merges', { survivorId: a.id, participants }),
        save(t.admin, `/customers/${b.id}`, { remark: `写于合并时${round}` }, b.version),
        t.admin.send('POST', `/customers/${b.id}/notes`, { body: `记于合并时${round}` }),
      ]);
      // Either the merge saw the edit and stops, or the edit saw the merge and is handed back with the survivor.
      expect([merged.status, edited.status]).toEqual(merged.status === 201 ? [201, 412] : [412, 200]);
      if (edited.status === 412) expect(edited.body.data.current.id).toBe(a.id);
      await settle();
      const now = (await t.admin.get(`/customers/${b.id}`)).body;
      expect(now.id).toBe(merged.status === 201 ? a.id : b.id);
      if (noted.status === 201) expect(await holderOfNote(`记于合并时${round}`)).toBe(now.id);
      else expect(noted.body.code).toBe('customer.merged');
    }
  });

  it('brings along what was written to the merged one by a request that began before', async () => {
    const [a, b] = [await create({ name: '迟到甲' }), await create({ name: '迟到乙' })];
    const made = await merge(a, b);
    await t.asOwner(
      `insert into note (org_id, id, customer_id, body, author_name) select $1, gen_random_uuid(), $2, '迟到的记录', name
       from app_user where org_id = $1 limit 1`,
      [t.orgId, b.id],
    );
    await settle();
    expect(await holderOfNote('迟到的记录')).toBe(a.id);
    await undo(made);
    expect(await holderOfNote('迟到的记录')).toBe(b.id);
  });
});

/** Lets the follow-up of merges come now instead of in a minute. */
async function settle() {
  await t.asOwner(`update job set run_at = now() where kind = 'quality.mergeSettle' and state = 'queued'`);
  await t.drain();
  expect(await t.asOwner(`select id from job where kind = 'quality.mergeSettle' and state <> 'done'`)).toEqual([]);
}
const holderOfNote = async (body: string) =>
  (await t.asOwner('select customer_id from note where body = $1', [body]))[0]?.customer_id;

describe('what names a merged record elsewhere', () => {
  it('follows also where a company added the field itself, and returns', async () => {
    const field = await t.admin.send('POST', '/fields', {
      object: 'customer',
      section: 'basics',
      key: 'introducedBy',
      type: 'customer',
      label: { zh: '介绍客户', en: 'Introduced by' },
    });
    expect(field.status, JSON.stringify(field.body)).toBe(201);
    const [a, b] = [await create({ name: '介绍甲' }), await create({ name: '介绍乙' })];
    const [c, d] = [await create({ name: '被介绍丙', introducedBy: b.id }), await create({ name: '被介绍丁' })];
    const introducer = async (card: Json) => (await t.admin.get(`/customers/${card.id}`)).body.values.introducedBy;
    const made = await merge(a, b);
    expect([await introducer(c), await introducer(d)]).toEqual([a.id, undefined]);
    await undo(made);
    expect(await introducer(c)).toBe(b.id);
  });

  it('keeps the chart of an organisation in one piece and without a circle', async () => {
    const home = await create({ name: '图表公司' });
    const [boss, other, middle, below] = [
      await addPerson(home.id, { name: '高总' }),
      await addPerson(home.id, { name: '高总经理' }),
      await addPerson(home.id, { name: '中层' }),
      await addPerson(home.id, { name: '基层' }),
    ];
    const chart = async () =>
      Object.fromEntries(
        (await t.admin.get(`/customers/${home.id}/organisation`)).body.people.map((item: Json) => [
          item.contactId,
          { above: item.reportsTo, post: item.employmentId, version: item.version },
        ]),
      );
    const under = async (person: Json, above: Json) => {
      const { post, version } = (await chart())[person.id];
      const set = await t.admin.send(
        'PUT',
        `/employments/${post}/reporting-line`,
        { reportsTo: above.id },
        match(version),
      );
      expect(set.status, JSON.stringify(set.body)).toBe(200);
    };
    // 高总 under 中层 under 高总经理: merging the two 高总 would close a circle.
    await under(boss, middle);
    await under(middle, other);
    await under(below, other);
    const made = await merge(boss, other, '/contact-merges');
    const after = await chart();
    expect([after[boss.id].above, after[middle.id].above, after[below.id].above]).toEqual([null, boss.id, boss.id]);
    expect((await t.admin.get(`/contacts/${other.id}`)).body.id).toBe(boss.id);
    const late = await save(t.admin, `/contacts/${other.id}`, { position: '董事长' }, other.version);
    expect([late.status, late.body.code, late.body.data.current.id]).toEqual([412, 'contact.merged', boss.id]);
    await undo(made);
    const before = await chart();
    expect([before[boss.id].above, before[middle.id].above, before[below.id].above]).toEqual([
      middle.id,
      other.id,
      other.id,
    ]);
    expect((await t.admin.get(`/contacts/${other.id}`)).body.values.name).toBe('高总经理');
  });
});
