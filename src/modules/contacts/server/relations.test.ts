import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, type Json, match, startTestApp, type TestApp } from '#test/app.ts';
import { end, relater } from '#test/relations.ts';

let t: TestApp;
const { typeOf, customer, person, relate } = relater(() => t);
beforeAll(async () => {
  t = await startTestApp();
});
afterAll(() => t.close());

const firstError = (answer: Answer): Json => answer.body.errors?.[0]?.code ?? answer.body.code;

describe('catalogue', () => {
  it('is renamed, hidden and added to by who may', async () => {
    const body = {
      name: { zh: '徒弟', en: 'Apprentice' },
      inverse: { zh: '师父', en: 'Master' },
      firstKinds: ['contact'],
      secondKinds: ['contact'],
    };
    const rep = await t.as('sales');
    expect((await rep.send('POST', '/relation-types', body)).status).toBe(403);
    expect((await rep.get('/relation-types')).status).toBe(200);
    const made = await t.admin.send('POST', '/relation-types', body);
    expect(made.body).toMatchObject({ symmetric: false, builtin: false });
    expect(firstError(await t.admin.send('POST', '/relation-types', { ...body, symmetric: true }))).toBe(
      'relationType.symmetric',
    );
    const path = `/relation-types/${made.body.id}`;
    const hidden = await t.admin.send('PATCH', path, { hidden: true }, match(1));
    expect(hidden.body.hidden).toBe(true);
    expect((await t.admin.send('PATCH', path, { hidden: false }, match(1))).status).toBe(412);
    const at = await customer(t.admin);
    const answer = await t.admin.send('POST', '/relations', {
      typeId: made.body.id,
      first: end('contact', await person(t.admin, at, '徒')),
      second: end('contact', await person(t.admin, at, '师')),
    });
    expect(firstError(answer)).toBe('relation.typeHidden');
  });
});

describe('relations', () => {
  it('are seen from both ends, changed and removed', async () => {
    const mother = await customer(t.admin, '母公司集团');
    const child = await customer(t.admin, '子公司一');
    const made = await relate(t.admin, 'parentCompany', end('customer', mother), end('customer', child), {
      fromOn: '2020-01-01',
      strength: 5,
      source: '年报',
    });
    expect(made.status, JSON.stringify(made.body)).toBe(201);
    for (const id of [mother, child]) {
      const { items } = (await t.admin.get(`/relations?kind=customer&id=${id}`)).body;
      expect(items).toMatchObject([{ id: made.body.id, first: { id: mother }, second: { id: child }, strength: 5 }]);
    }
    const path = `/relations/${made.body.id}`;
    const backwards = await t.admin.send('PATCH', path, { toOn: '2019-01-01' }, match(1));
    expect(firstError(backwards)).toBe('period.endBeforeStart');
    const changed = await t.admin.send('PATCH', path, { toOn: '2024-12-31', note: '已出售' }, match(1));
    expect(changed.body).toMatchObject({ toOn: '2024-12-31', note: '已出售', version: 2 });
    expect((await relate(t.admin, 'parentCompany', end('customer', mother), end('customer', child))).body.code).toBe(
      'relation.already',
    );
    expect((await relate(t.admin, 'parentCompany', end('customer', child), end('customer', mother))).body.code).toBe(
      'relation.alreadyReversed',
    );
    const later = await relate(t.admin, 'parentCompany', end('customer', mother), end('customer', child), {
      fromOn: '2025-06-01',
    });
    expect(later.status).toBe(201);
    expect((await t.admin.send('DELETE', path, undefined, match(2))).status).toBe(204);
    expect((await t.admin.send('DELETE', path, undefined, match(2))).status).toBe(404);
    const timeline = (await t.admin.get(`/customers/${child}/timeline`)).body.items;
    expect(timeline.map((item: Json) => item.kind)).toContain('relation.removed');
    expect(JSON.stringify(timeline)).not.toContain('母公司集团');
  });

  it('refuses oneself, twice, a circle, the wrong kinds, strangers and rights one does not have', async () => {
    const rep = await t.as('sales');
    const other = await t.as('sales');
    const [a, b, c] = [await customer(rep), await customer(rep), await customer(rep)];
    const hidden = await customer(other);
    const hiddenPerson = await person(other, hidden, '看不见的人');
    expect(firstError(await relate(rep, 'competitor', end('customer', a), end('customer', a)))).toBe('relation.self');
    const period = { fromOn: '2026-06-01', toOn: '2026-05-01' };
    const both = await relate(rep, 'competitor', end('customer', a), end('customer', a), period);
    expect(both.body.errors.map((error: Json) => [error.field, error.code])).toEqual([
      ['toOn', 'period.endBeforeStart'],
      ['second.id', 'relation.self'],
    ]);
    expect((await relate(rep, 'competitor', end('customer', a), end('customer', b))).status).toBe(201);
    expect(firstError(await relate(rep, 'competitor', end('customer', b), end('customer', a)))).toBe(
      'relation.already',
    );
    await relate(rep, 'referral', end('customer', a), end('customer', b));
    await relate(rep, 'referral', end('customer', b), end('customer', c));
    expect(firstError(await relate(rep, 'referral', end('customer', c), end('customer', a)))).toBe('relation.circle');
    expect(firstError(await relate(rep, 'spouse', end('customer', a), end('contact', a)))).toBe('relation.self');
    // Where the rep sees only parts of the chain that would close, it is said so, without naming whom it passes.
    await relate(t.admin, 'referral', end('customer', c), end('customer', hidden));
    const d = await customer(rep);
    await relate(t.admin, 'referral', end('customer', hidden), end('customer', d));
    const elsewhere = await relate(rep, 'referral', end('customer', d), end('customer', a));
    expect(firstError(elsewhere)).toBe('relation.circleElsewhere');
    expect(JSON.stringify(elsewhere.body)).not.toContain(hidden);
    expect(firstError(await relate(rep, 'ally', end('customer', a), end('customer', c)))).toBe('relation.kinds');
    for (const strange of [
      end('customer', hidden),
      end('contact', hiddenPerson),
      end(
        'contact',
        a.replace(/.$/, (last) => (last === '0' ? '1' : '0')),
      ),
    ]) {
      const answer = await relate(rep, 'friend', end('customer', a), strange);
      expect(answer.body.errors).toMatchObject([{ field: 'second.id', code: 'link.unknown' }]);
    }
    const toOn = { fromOn: '2026-02-01', toOn: '2026-01-01' };
    expect(firstError(await relate(rep, 'friend', end('customer', a), end('customer', c), toOn))).toBe(
      'period.endBeforeStart',
    );
    const thanks = await relate(rep, 'friend', end('customer', a), end('customer', c), { thanksDueOn: '2026-12-01' });
    expect(firstError(thanks)).toBe('relation.thanksOnlyReferral');
    expect((await relate(rep, 'friend', end('customer', a), end('customer', c), { strength: 6 })).status).toBe(422);
    expect((await rep.get(`/relations?kind=customer&id=${hidden}`)).status).toBe(404);
    const leader = await t.as('leader');
    expect((await relate(leader, 'friend', end('customer', a), end('customer', hidden))).status).toBe(403);
    const bridge = await relate(t.admin, 'friend', end('customer', a), end('customer', hidden));
    expect((await rep.get(`/relations?kind=customer&id=${a}`)).body.items.map((item: Json) => item.id)).not.toContain(
      bridge.body.id,
    );
    expect((await rep.send('PATCH', `/relations/${bridge.body.id}`, { strength: 1 }, match(1))).status).toBe(404);
    const english = await t.admin.send(
      'POST',
      '/relations',
      { typeId: (await typeOf('friend')).id, first: end('customer', a), second: end('customer', a) },
      { 'accept-language': 'en-US' },
    );
    expect(english.body.errors[0].message).toMatch(/itself/);
  });

  it('lets two records of the same relation at once end in one', async () => {
    const [a, b] = [await customer(t.admin), await customer(t.admin)];
    const answers = await Promise.all([
      relate(t.admin, 'partner', end('customer', a), end('customer', b)),
      relate(t.admin, 'partner', end('customer', b), end('customer', a)),
    ]);
    expect(answers.map((answer) => answer.status).sort()).toEqual([201, 409]);
  });

  it('derives parents, dealers and households from the cards', async () => {
    const dealer = await customer(t.admin, '经销商甲', { kind: 'partner' });
    const served = await customer(t.admin, '终端客户', { values: { parentCustomerId: dealer } });
    const below = (await t.admin.get(`/relations?kind=customer&id=${dealer}`)).body.derived;
    expect(below).toMatchObject([{ typeKey: 'dealer', outward: true, other: { id: served } }]);
    const above = (await t.admin.get(`/relations?kind=customer&id=${served}`)).body.derived;
    expect(above).toMatchObject([{ typeKey: 'dealer', outward: false, other: { id: dealer } }]);
  });
});

describe('graph and introductions', () => {
  it('draws and walks only what the caller may see, and finds the strongest of the shortest ways', async () => {
    const rep = await t.as('sales');
    const other = await t.as('sales');
    const mine = await customer(rep, '我的老客户');
    const friend = await person(rep, mine, '老朋友');
    const bridge = await customer(other, '别人的桥');
    const target = await customer(t.admin, '目标客户');
    const boss = await person(t.admin, target, '目标老板');
    await relate(t.admin, 'classmate', end('contact', friend), end('contact', boss), { strength: 4 });
    await relate(t.admin, 'partner', end('customer', mine), end('customer', bridge), { strength: 5 });

    const seen = (await rep.get(`/relations/graph?kind=customer&id=${mine}&steps=3`)).body;
    expect(seen.nodes.map((node: Json) => node.name).sort()).toEqual(['我的老客户', '老朋友']);
    expect(seen.edges).toMatchObject([{ typeKey: 'worksAt' }]);
    const whole = (await t.admin.get(`/relations/graph?kind=customer&id=${mine}&steps=3`)).body;
    expect(whole.nodes.map((node: Json) => node.name)).toEqual(
      expect.arrayContaining(['我的老客户', '老朋友', '别人的桥', '目标老板', '目标客户']),
    );
    const strong = (await t.admin.get(`/relations/graph?kind=customer&id=${mine}&steps=1&minStrength=5`)).body;
    expect(strong.nodes.map((node: Json) => node.name).sort()).toEqual(['别人的桥', '我的老客户'].sort());
    const typed = (await t.admin.get(`/relations/graph?kind=customer&id=${mine}&types=worksAt`)).body;
    expect(typed.edges.every((edge: Json) => edge.typeKey === 'worksAt')).toBe(true);
    expect((await t.admin.get(`/relations/graph?kind=customer&id=${mine}&limit=2&steps=3`)).body.truncated).toBe(true);
    expect((await rep.get(`/relations/graph?kind=customer&id=${target}`)).status).toBe(404);
    const past = { fromOn: '2020-01-01', toOn: '2021-12-31' };
    await relate(t.admin, 'partner', end('customer', target), end('customer', mine), past);
    const tiesOn = async (on: string) => {
      const { edges } = (await t.admin.get(`/relations/graph?kind=customer&id=${mine}&types=partner&on=${on}`)).body;
      return edges.length;
    };
    // The lasting partner of no known date, and the one of two years.
    expect([await tiesOn('2019-12-31'), await tiesOn('2020-01-01'), await tiesOn('2022-01-01')]).toEqual([1, 2, 1]);
    expect((await t.admin.get('/relations/graph?on=2020-02-30')).status).toBe(400);
    const drawn = (await t.admin.get('/relations/graph?types=partner&on=2021-01-01')).body;
    const ends = new Set(drawn.edges.flatMap((edge: Json) => [edge.from, edge.to]));
    expect(drawn.nodes.every((node: Json) => ends.has(node.id))).toBe(true);
    expect((await rep.get('/relations/graph?kind=customer')).status).toBe(400);
    expect((await t.admin.get('/relations/graph')).body.nodes.length).toBeGreaterThan(3);

    expect((await rep.get(`/relations/introductions?kind=customer&id=${target}`)).status).toBe(404);
    const leader = await t.as('leader');
    const ask = async () => (await leader.get(`/relations/introductions?kind=contact&id=${boss}`)).body.paths;
    const admin = (await ask())[0];
    // The administrator made the target and so owns it: two steps, by way of the company.
    expect(admin.steps.map((step: Json) => step.name)).toEqual(['管理员甲', '目标客户', '目标老板']);
    await relate(leader, 'knows', end('user', leader.userId), end('contact', friend), { strength: 5 });
    const [own] = await ask();
    expect(own.mine).toBe(true);
    expect(own.steps.map((step: Json) => step.name)).toEqual(['leader用户', '老朋友', '目标老板']);
    expect(own.edges.map((edge: Json) => [edge.typeKey, edge.strength])).toEqual([
      ['knows', 5],
      ['classmate', 4],
    ]);
    const pretend = await relate(leader, 'knows', end('user', rep.userId), end('contact', boss));
    expect(pretend.status).toBe(403);
  });
});

describe('a relation that begins in the future or ended', () => {
  it('is on the card, and neither drawn nor walked nor among colleagues today', async () => {
    const at = await customer(t.admin);
    const [one, two] = [await person(t.admin, at, '将来甲'), await person(t.admin, at, '将来乙')];
    const leader = await t.as('leader');
    const graph = async (on = '') =>
      (await t.admin.get(`/relations/graph?kind=contact&id=${one}&types=classmate${on && `&on=${on}`}`)).body.edges
        .length;
    const onCard = async () => (await t.admin.get(`/relations?kind=contact&id=${one}&limit=50`)).body.items.length;
    const colleagues = async () => (await t.admin.get(`/customers/${at}/organisation`)).body.colleagues.length;
    const mine = async () => {
      const { paths } = (await leader.get(`/relations/introductions?kind=contact&id=${one}`)).body;
      return paths.filter((path: Json) => path.mine).length;
    };
    for (const period of [
      { fromOn: '2099-01-01', toOn: '2099-12-31' },
      { fromOn: '2001-01-01', toOn: '2001-12-31' },
    ]) {
      await relate(t.admin, 'classmate', end('contact', one), end('contact', two), period);
      const known = await relate(leader, 'knows', end('user', leader.userId), end('contact', one), period);
      expect(known.status, JSON.stringify(known.body)).toBe(201);
      expect([await graph(), await graph(period.fromOn), await colleagues(), await mine()]).toEqual([0, 1, 0, 0]);
    }
    expect(await onCard()).toBe(4);
    const now = await relate(leader, 'knows', end('user', leader.userId), end('contact', one), {
      fromOn: '2002-01-01',
      toOn: '2098-12-31',
    });
    expect(now.status).toBe(201);
    expect(await mine()).toBe(1);
  });
});

describe('a way to somebody', () => {
  it('does not lead over a competitor or a rival, however near', async () => {
    const rep = await t.as('sales');
    const [mine, target] = [await customer(rep, '我方客户'), await customer(t.admin, '对手公司')];
    const [ours, theirs] = [await person(rep, mine, '我方的人'), await person(t.admin, target, '对手的人')];
    await relate(t.admin, 'competitor', end('customer', mine), end('customer', target), { strength: 5 });
    await relate(t.admin, 'rival', end('contact', ours), end('contact', theirs), { strength: 5 });
    const leader = await t.as('leader');
    await relate(leader, 'knows', end('user', leader.userId), end('contact', ours), { strength: 5 });
    const ways = async () =>
      (await leader.get(`/relations/introductions?kind=contact&id=${theirs}`)).body.paths.filter(
        (way: Json) => way.mine,
      );
    expect(await ways()).toEqual([]);
    await relate(t.admin, 'classmate', end('contact', ours), end('contact', theirs), { strength: 1 });
    expect((await ways())[0].edges.map((edge: Json) => edge.typeKey)).toEqual(['knows', 'classmate']);
  });
});

describe('what is out of scope', () => {
  it('is neither named nor counted nor passed through: graph, way, list, chain, revenue, card', async () => {
    const rep = await t.as('sales');
    const other = await t.as('sales');
    const leader = await t.as('leader');
    const target = await customer(other, '协作的丙公司');
    const joined = await t.admin.send('PUT', `/customers/${target}/collaborators/${rep.userId}`, { access: 'read' });
    expect(joined.status, JSON.stringify(joined.body)).toBe(200);
    const mine = await customer(rep, '自己的甲公司');
    const friend = await person(rep, mine, '甲的老友');
    const hidden = await customer(other, '隐身的乙公司');
    const secret = await person(other, hidden, '隐身的老吴');
    const served = await customer(rep, '自己的丁公司');
    const hung = { values: { parentCustomerId: hidden } };
    expect((await t.admin.send('PATCH', `/customers/${served}`, hung, match(1))).status).toBe(200);
    for (const [type, first, second] of [
      ['partner', end('customer', mine), end('customer', hidden)],
      ['partner', end('customer', hidden), end('customer', target)],
      ['classmate', end('contact', friend), end('contact', secret)],
      ['classmate', end('contact', secret), end('customer', target)],
      ['referral', end('customer', mine), end('customer', hidden)],
      ['referral', end('customer', hidden), end('customer', target)],
    ] as const)
      expect((await relate(t.admin, type, first, second, { strength: 5 })).status).toBe(201);
    await relate(t.admin, 'friend', end('customer', mine), end('customer', served));
    const bought = { day: '2026-10-03', amountMinor: 777_700, currency: 'CNY' };
    await t.admin.send('POST', `/customers/${hidden}/purchases`, bought);
    await relate(leader, 'knows', end('user', leader.userId), end('customer', mine));

    // Who sees everything is led by way of it.
    const whole = (await leader.get(`/relations/introductions?kind=customer&id=${target}`)).body.paths[0];
    expect(whole.steps.map((step: Json) => step.name)).toEqual([
      'leader用户',
      '自己的甲公司',
      '隐身的乙公司',
      '协作的丙公司',
    ]);

    const answers: Answer[] = [];
    const ask = async (path: string): Promise<Json> => {
      const answer = await rep.get(path);
      expect(answer.status, path).toBe(200);
      answers.push(answer);
      return answer.body;
    };
    const drawn = await ask(`/relations/graph?kind=customer&id=${mine}&steps=3`);
    expect(drawn.nodes.map((node: Json) => node.name).sort()).toEqual(
      ['甲的老友', '自己的甲公司', '自己的丁公司'].sort(),
    );
    // As many as there are for this caller: the rest does not make it "too many".
    expect(await ask(`/relations/graph?kind=customer&id=${mine}&steps=3&limit=3`)).toMatchObject({ truncated: false });
    expect((await ask(`/relations/graph?kind=contact&id=${friend}&steps=1`)).nodes).toHaveLength(2);
    // Nor does it use up what is read around one who has very many relations.
    for (let more = 0; more < 8; more += 1)
      await relate(t.admin, 'partner', end('customer', mine), end('customer', await customer(other)), { strength: 5 });
    const few = await ask(`/relations/graph?kind=customer&id=${mine}&types=friend,partner&limit=2`);
    expect(few.nodes.map((node: Json) => node.name)).toEqual(['自己的甲公司', '自己的丁公司']);
    await ask('/relations/graph');
    expect((await ask(`/relations/graph?kind=customer&id=${served}&steps=1`)).nodes).toHaveLength(2);
    const ways = await ask(`/relations/introductions?kind=customer&id=${target}`);
    expect(ways.paths.filter((path: Json) => path.mine || path.steps.length > 2)).toEqual([]);
    const listed = await ask(`/relations?kind=customer&id=${mine}&limit=2`);
    // The friend and the colleague who knows the company.
    expect([listed.items.length, listed.nextCursor]).toEqual([2, null]);
    expect(await ask(`/relations?kind=contact&id=${friend}`)).toMatchObject({ items: [], nextCursor: null });
    expect(await ask(`/relations?kind=customer&id=${target}`)).toMatchObject({ items: [], derived: [] });
    expect((await ask(`/relations?kind=customer&id=${served}`)).derived).toEqual([]);
    for (const sort of ['direct', 'revenue'])
      expect(await ask(`/referrals/referrers?sort=${sort}`)).toMatchObject({ items: [], nextCursor: null });
    expect((await ask(`/referrals/chain?kind=customer&id=${mine}`)).items).toEqual([]);
    await ask(`/customers/${served}`);
    await ask(`/customers/${mine}/timeline`);
    await ask(`/contacts/${friend}`);
    await ask(`/customers/${mine}/brief`);
    for (const answer of answers)
      for (const word of ['隐身的乙公司', '隐身的老吴', '777700'])
        expect(JSON.stringify(answer.body)).not.toContain(word);
    for (const [kind, id] of [
      ['customer', hidden],
      ['contact', secret],
    ])
      for (const path of ['/relations', '/relations/graph', '/relations/introductions', '/referrals/chain'])
        expect((await rep.get(`${path}?kind=${kind}&id=${id}`)).status).toBe(404);
  });
});
