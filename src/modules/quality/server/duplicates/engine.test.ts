import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkUscc } from '#shared/identifiers/codes.ts';
import { chained } from './chain.ts';
import { companyName } from './company.ts';
import { wordsSimilarity } from './compare.ts';
import { type Column, features, type PreparedRecord, type RecordKind } from './features.ts';
import { findMatches, prepareRecord } from './match.ts';
import { createComparer, defaultModel, evidence, explain, ordered } from './model.ts';
import { emptyStatistics } from './statistics.ts';
import { readTableMap, tableRecords } from './table.ts';

const columns: Column[] = features.map((feature) => ({ key: feature, feature }));
const comparer = (kind: RecordKind) =>
  createComparer(defaultModel(columns, kind === 'person'), emptyStatistics(columns.length));
const one = (kind: RecordKind, values: Partial<Record<(typeof features)[number], string>>): PreparedRecord =>
  prepareRecord(columns, {
    id: 'x',
    kind,
    values: features.map((feature) => (values[feature] ? [values[feature]] : [])),
  });
const score = (kind: RecordKind, a: Parameters<typeof one>[1], b: Parameters<typeof one>[1]) =>
  explain(comparer(kind), one(kind, a), one(kind, b)).score;
const names = (a: string, b: string) => score('company', { name: a }, { name: b });

describe('score', () => {
  const text = fc.oneof(
    fc.string({ maxLength: 30 }),
    fc.stringMatching(/^[a-z]{2,9}( [a-z]{2,9}){0,3}$/),
    fc.constantFrom(
      '杭州明达贸易有限公司',
      '華為技術',
      '138 0013 8000',
      'li@mingda.com',
      '1990-02-03',
      '310000',
      'Acme GmbH',
    ),
  );
  const record = fc.record({
    kind: fc.constantFrom<RecordKind>('person', 'company'),
    values: fc.array(fc.array(text, { maxLength: 2 }), { minLength: features.length, maxLength: features.length }),
  });

  it('is the same from both sides, within 0 and 1, and never fails on any text', () => {
    fc.assert(
      fc.property(record, record, (left, right) => {
        const a = prepareRecord(columns, { id: 'a', ...left });
        const b = prepareRecord(columns, { id: 'b', ...right });
        const there = explain(comparer('company'), a, b).score;
        const back = explain(comparer('company'), b, a).score;
        expect(there).toBeGreaterThanOrEqual(0);
        expect(there).toBeLessThanOrEqual(1);
        expect(Math.abs(there - back)).toBeLessThan(1e-9);
      }),
      { numRuns: 300 },
    );
  });

  it('is never higher for another record than for an identical one', () => {
    fc.assert(
      fc.property(record, record, (left, right) => {
        const a = prepareRecord(columns, { id: 'a', ...left });
        const b = prepareRecord(columns, {
          id: 'b',
          kind: left.kind,
          values: left.values.map((own, index) => (own.length > 0 ? (right.values[index] ?? own) : own)),
        });
        expect(explain(comparer('company'), a, b).score).toBeLessThanOrEqual(
          explain(comparer('company'), a, a).score + 1e-9,
        );
      }),
      { numRuns: 300 },
    );
  });

  it('is never lowered by a value more that agrees, and its reasons add up to it', () => {
    fc.assert(
      fc.property(record, record, fc.nat(), (left, right, at) => {
        const a = prepareRecord(columns, { id: 'a', ...left });
        const b = prepareRecord(columns, { id: 'b', ...right, kind: left.kind });
        const index = at % features.length;
        const without = (record: PreparedRecord) => ({
          ...record,
          values: record.values.map((values, column) => (column === index ? [] : values)),
        });
        const agreeing = {
          ...b,
          values: b.values.map((values, column) => (column === index ? (a.values[index] ?? []) : values)),
        };
        const by = comparer(left.kind);
        expect(explain(by, a, agreeing).score).toBeGreaterThanOrEqual(explain(by, without(a), without(b)).score - 1e-9);
        const { score: told, reasons } = explain(by, a, b);
        const bits = reasons.reduce((sum, reason) => sum + reason.bits, by.model.prior / Math.LN2);
        if (told > 1e-6 && told < 1 - 1e-6) expect(Math.abs(Math.log2(told / (1 - told)) - bits)).toBeLessThan(1);
      }),
      { numRuns: 300 },
    );
  });

  it('knows who has moved from who lives next door, and two right codes for two bodies', () => {
    const living = createComparer(
      defaultModel(
        [...columns, ...(['address', 'address'] as const).map((feature) => ({ key: 'more', feature }))],
        true,
      ),
      emptyStatistics(columns.length + 2),
    );
    const person = (name: string, ...places: string[]) => {
      const known = one('person', { name, dateOfBirth: '1980-05-17', address: places[0], postcode: places[3] });
      return {
        ...known,
        values: [
          ...known.values,
          ...places
            .slice(1, 3)
            .flatMap((text) => [
              prepareRecord([{ key: 'x', feature: 'address' }], { id: '', kind: 'person', values: [[text]] })
                .values[0] ?? [],
            ]),
        ],
      };
    };
    const at = person('Miriam Keane', 'tullaroop street', 'willaroo', 'st james', '4011');
    const gone = person('Miriam Keane', 'giblin avenue', 'killarney', 'bittern', '5814');
    expect(explain(living, at, gone).score).toBeGreaterThan(0.9);
    const next = person('Marcus Okafor', 'tullaroop street', 'killarney', 'bittern', '5814');
    expect(explain(living, at, next).score).toBeLessThan(0.4);
    const twin = { name: '苏州星新化工有限公司', phone: '15095505016', person: '雷小立', address: '苏州市人民路1号' };
    const [code, other] = ['91350100M000100Y43', '91330106MA2AXK7L1J'];
    const codes = (a: string, b: string) => score('company', { ...twin, code: a }, { ...twin, code: b });
    expect(checkUscc(code).ok && checkUscc(other).ok).toBe(true);
    expect(codes(code, code)).toBeGreaterThan(0.99);
    expect(codes(code, other)).toBeLessThan(0.1);
    expect(codes(code, '913301061234567890')).toBeGreaterThan(0.9);
    expect(codes(code, '11010519491231002X')).toBeGreaterThan(0.9);
  });

  it('learned from little keeps its levels in order', () => {
    const item = { column: 0, codes: false, background: 1e-3, weight: 1, place: false };
    const learned = ordered({ ...item, m: [0.02, 0.09, 0.1, 0.3, 0.1, 0.39], u: [1e-4, 1e-2, 1e-4, 0.1, 0.2, 0.69] });
    const said = [0, 1, 2, 3, 4, 5].map((level) => Math.round(evidence(learned, level, 0) * 1e6));
    expect(said).toEqual([...said].sort((a, b) => b - a));
    expect(learned.m.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1);
    const frequent = { ...learned, m: [0.02, ...learned.m.slice(1)] };
    expect(evidence(frequent, 0, Math.log(0.9))).toBe(0);
  });

  it('knows writings of one Chinese company, and firms that only look alike', () => {
    for (const [a, b] of [
      ['华为技术有限公司', '華為技術有限公司'],
      ['北京百度网讯科技有限公司', '百度网讯科技（北京）有限公司'],
      ['杭州明达贸易有限公司', '浙江省杭州市明达贸易有限责任公司'],
      ['东莞市宏达五金制品有限公司', '东莞宏达五金制品厂'],
      ['Acme Trading GmbH', 'ACME TRADING'],
    ] as const)
      expect(names(a, b), `${a} ${b}`).toBeGreaterThan(0.6);
    for (const [a, b] of [
      ['杭州明达贸易有限公司', '宁波明达贸易有限公司'],
      ['上海市第一人民医院', '上海市第二人民医院'],
      ['中国工商银行股份有限公司北京分行', '中国工商银行股份有限公司上海分行'],
      ['明达贸易有限公司', '明德贸易有限公司'],
      ['Acme Trading GmbH', 'Apex Trading GmbH'],
    ] as const)
      expect(names(a, b), `${a} ${b}`).toBeLessThan(0.3);
    expect(names('杭州明达贸易有限公司', 'Hangzhou Mingda Trading Co., Ltd.')).toBeGreaterThan(
      names('杭州明达贸易有限公司', 'Hangzhou Minghui Trading Co., Ltd.'),
    );
  });

  it('knows a place that moved within the name, and a brand by its sound where the trade is translated', () => {
    for (const [a, b] of [
      ['厦门鹭海纸业有限公司', '鹭海厦门纸业有限公司'],
      ['广东省佛山市南海区美景陶瓷有限公司', '美景佛山陶瓷厂'],
      ['宁波海天塑机集团有限公司', 'Ningbo Haitian Plastics Machinery Co., Ltd.'],
      ['宁波海天塑机集团有限公司', 'Ningbo Hai Tian Plastics Machinery Co., Ltd.'],
    ] as const)
      expect(names(a, b), `${a} ${b}`).toBeGreaterThan(0.5);
    for (const [a, b] of [
      ['杭州鹭海纸业有限公司', '鹭海厦门纸业有限公司'],
      ['佛山海天酱业有限公司', 'Ningbo Haitian Plastics Machinery Co., Ltd.'],
    ] as const)
      expect(names(a, b), `${a} ${b}`).toBeLessThan(0.5);
    // What only begins alike is worth a look, and no reason to stop anybody.
    const begins = names('鑫海洋有限公司', '鑫海洋之星有限公司');
    expect(begins).toBeGreaterThan(0.3);
    expect(begins).toBeLessThan(0.9);
    // 永康 is a city too; here it is part of the name.
    expect(companyName('福寿永康医药有限公司').core).toBe('福寿永康医药');
    expect(companyName('上海浦东新区明达贸易有限公司')).toMatchObject({ core: '明达贸易', places: ['上海', '浦东'] });
    expect(companyName('上海区块链科技有限公司').core).toBe('区块链科技');
  });

  it('knows people by name in either script, exchanged names and slips in a date', () => {
    const same = (a: Parameters<typeof one>[1], b: Parameters<typeof one>[1]) =>
      expect(score('person', a, b), JSON.stringify([a, b]));
    same(
      { name: '张小明', phone: '138-0013-8000' },
      { name: 'Zhang Xiaoming', phone: '+86 13800138000' },
    ).toBeGreaterThan(0.9);
    same(
      { name: 'Wei Zhang', dateOfBirth: '1990-02-13' },
      { name: 'Zhang, Wei', dateOfBirth: '13/02/1990' },
    ).toBeGreaterThan(0.5);
    same(
      { name: 'Smith John', dateOfBirth: '19900213', postcode: '4011' },
      { name: 'Jon Smith', dateOfBirth: '19900231', postcode: '4011' },
    ).toBeGreaterThan(0.5);
    same({ name: '张小明', dateOfBirth: '1990-02-13' }, { name: '李大为', dateOfBirth: '1990-02-13' }).toBeLessThan(
      0.5,
    );
  });

  it('knows a family name with a title for what it is, and a brand by its sound', () => {
    const same = (a: string, b: string) => score('person', { name: a }, { name: b });
    expect(same('程总', '程总')).toBeLessThan(0.1);
    expect(same('程总', '程总')).toBe(same('程女士', '程经理'));
    expect(same('程总', 'Cheng Xinchun')).toBe(same('程总', '程新春'));
    expect(same('程总', '程新春')).toBeGreaterThan(same('程总', '陈新春'));
    expect(same('程新春总监', '程新春')).toBe(same('程新春', '程新春'));
    const phone = '0571-88888888';
    expect(score('company', { name: '广州市福利电子有限公司', phone }, { name: '广州富利', phone })).toBeGreaterThan(
      0.5,
    );
    expect(names('福利电子', '富利贸易')).toBeLessThan(0.1);
  });

  it('takes a slip in a word of trade for the small thing it is, and long common words not for the name', () => {
    const weigh = (word: string) => (word === 'services' ? 0.5 : 4);
    expect(wordsSimilarity(['loke', 'services'], ['loke', 'serrvices'], weigh)).toBeGreaterThan(0.95);
    expect(names('Valley International Associates Limited', 'Eagle International Associates Inc')).toBeLessThan(0.1);
    expect(names('Photo Shop Partners', 'Photoshop Partners')).toBeGreaterThan(0.5);
  });

  it('takes words for nothing as nothing', () => {
    for (const text of [
      'NA',
      '#N/A',
      '(null)',
      '\\N',
      'nil',
      '-',
      '?',
      '...',
      'tbd',
      'not available',
      '没有',
      '（无）',
    ])
      expect(
        prepareRecord(columns, { id: 'x', kind: 'company', values: columns.map(() => [text]) }).values,
        text,
      ).toEqual(columns.map(() => []));
    for (const text of ['Nathan', 'No. 1 Noodles', 'Nil Desperandum', '无锡'])
      expect(one('company', { name: text }).values[0], text).toHaveLength(1);
  });

  it('says why', () => {
    const { reasons } = explain(
      comparer('company'),
      one('company', { name: '明达贸易', phone: '0571-88888888' }),
      one('company', { name: '明达贸易有限公司', phone: '+86 571 8888 8888' }),
    );
    expect(reasons.map((reason) => [reason.feature, reason.level])).toEqual(
      expect.arrayContaining([
        ['name', 0],
        ['phone', 0],
      ]),
    );
    expect(reasons.every((reason) => reason.bits > 0)).toBe(true);
  });

  it('takes company names apart', () => {
    expect(companyName('浙江省杭州市明达国际贸易有限公司')).toMatchObject({
      core: '明达国际贸易',
      brand: '明达',
      places: ['浙江', '杭州'],
    });
    expect(companyName('中国工商银行股份有限公司北京分行')).toMatchObject({ branch: '北京' });
    expect(companyName('Siemens Aktiengesellschaft & Co. KG').brand).toContain('siemens');
  });
});

describe('matching', () => {
  it('finds restaurants and people without being taught', () => {
    const map = readTableMap('{"id":"id","name":["given","family"],"dateOfBirth":"born"}');
    const rows: string[][] = [['id', 'given', 'family', 'born']];
    for (let index = 0; index < 300; index += 1)
      rows.push([
        `r${index}`,
        `given${String.fromCharCode(97 + (index % 26))}${index % 17}`,
        `fam${index}ily`,
        `19${50 + (index % 50)}0${1 + (index % 9)}1${index % 10}`,
      ]);
    rows.push(['copy', 'fam7ily', 'givenh7', '19570817'], ['other', 'nobody', 'elsewhere', '20010101']);
    const { pairs } = findMatches(
      [
        { key: 'given', feature: 'name' },
        { key: 'family', feature: 'name' },
        { key: 'born', feature: 'dateOfBirth' },
      ],
      tableRecords(map, rows, 'people'),
      null,
    );
    expect(pairs.map((pair) => [rows[pair.a + 1]?.[0], rows[pair.b + 1]?.[0]])).toEqual([['r7', 'copy']]);
  });

  it('learns from names alone, and pairs a record with all its repetitions in the other file', () => {
    const signs = [...'明达华鑫瑞丰恒泰宏盛安康天海东方金龙永兴德信嘉禾远航博雅'];
    const sign = (n: number) => signs[n % signs.length] ?? '';
    const names = Array.from(
      { length: 400 },
      (_, n) => `${sign(n)}${sign(Math.floor(n / 3) + 7)}${sign(n * 5 + Math.floor(n / 28))}机械`,
    );
    const name: Column[] = [{ key: 'name', feature: 'name' }];
    const as = (mark: string, ids: number[], write: (name: string) => string) =>
      ids.map((n) => ({
        id: `${mark}${n}`,
        kind: 'company' as const,
        values: [[write(names[n] ?? '')]],
      }));
    const all = names.map((_, n) => n).filter((n) => names.indexOf(names[n] ?? '') === n);
    const some = all.filter((n) => n % 4 === 0);
    const first = as('a', all, (text) => `杭州${text}有限公司`);
    const alone = findMatches(name, [...first, ...as('b', some, (text) => `${text}公司`)], null).pairs;
    expect(alone.length).toBeGreaterThanOrEqual(some.length * 0.95);
    const across = findMatches(name, first, [
      ...as('b', some, (text) => `${text}公司`),
      ...as('c', some, (text) => text),
      ...as('d', some, (text) => `杭州市${text}`),
    ]).pairs;
    expect(across.length).toBeGreaterThanOrEqual(some.length * 3 * 0.9);
    expect(across.length).toBeLessThanOrEqual(some.length * 3 * 1.05);
  });

  it('pairs two repetitions that each lost something through the record that has it, unless they contradict each other', () => {
    const through = (kind: RecordKind, ...values: Parameters<typeof one>[1][]) =>
      chained(
        [
          { a: 0, b: 1, score: 0.99 },
          { a: 1, b: 2, score: 0.98 },
        ],
        values.map((value) => one(kind, value)),
        comparer(kind),
        0.5,
      ).filter((pair) => pair.b - pair.a === 2);
    const born = { dateOfBirth: '1980-05-17' };
    expect(through('person', { name: 'Miriam Keane' }, { name: 'Miriam Keane', ...born }, born)).toEqual([
      { a: 0, b: 2, score: expect.closeTo(0.97, 2) },
    ]);
    const other = { name: 'Rosie Whetstone', dateOfBirth: '1991-11-02' };
    expect(through('person', { name: 'Miriam Keane', ...born }, born, other)).toEqual([]);
    expect(through('company', { name: '杭州明达贸易' }, { name: '明达贸易' }, { name: '宁波明达贸易' })).toEqual([]);
  });

  it('keeps a repetition in the other file that only leaves something out', () => {
    const word = (n: number) =>
      [7, 11, 13, 17, 19, 23].map((step) => 'bdfgklmnprstvz'[(n * step + step) % 14]).join('o');
    const company = (id: string, n: number, phone: boolean) => ({
      id,
      kind: 'company' as const,
      values: [[word(n)], phone ? [`0571-8${1_234_567 + n * 91_813}`] : []],
    });
    const numbers = Array.from({ length: 14 }, (_, n) => n);
    const { pairs } = findMatches(
      [
        { key: 'name', feature: 'name' },
        { key: 'phone', feature: 'phone' },
      ],
      numbers.map((n) => company(`a${n}`, n, true)),
      [...numbers.map((n) => company(`b${n}`, n, true)), company('again', 5, false)],
    );
    expect(pairs).toHaveLength(15);
    expect(pairs.map(({ a, b }) => [a, b])).toContainEqual([5, 28]);
  });

  it('looks at the beginning of endless values only', () => {
    const far = (id: string, text: string) => ({ id, kind: 'company' as const, values: [[text.repeat(40_000)]] });
    const { pairs } = findMatches(
      [{ key: 'name', feature: 'name' }],
      [far('a', 'x'), far('b', 'x'), far('c', 'xy'), far('d', '明'), far('e', 'word ')],
      null,
    );
    expect(pairs.map(({ a, b }) => [a, b])).toContainEqual([0, 1]);
  });

  it('copes with nothing, one record and columns without values', () => {
    expect(findMatches(columns, [], null).pairs).toEqual([]);
    expect(findMatches(columns, [{ id: 'a', kind: 'company', values: [] }], null).pairs).toEqual([]);
    expect(
      findMatches(columns, [{ id: 'a', kind: 'company', values: [] }], [{ id: 'b', kind: 'company', values: [['x']] }])
        .pairs,
    ).toEqual([]);
  });
});
