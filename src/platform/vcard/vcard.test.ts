import fc from 'fast-check';
import iconv from 'iconv-lite';
import { expect, test } from 'vitest';
import { parseVcards } from './parse.ts';
import { vcardRows } from './rows.ts';
import { vcardVersions, writeVcard } from './write.ts';

const crlf = (lines: string[]) => Buffer.from(lines.join('\r\n'));

test('2.1 with quoted-printable GBK, soft line breaks, nameless types and a base64 picture', () => {
  const gbk = [...iconv.encode('杭州明达贸易有限公司', 'gbk')]
    .map((byte) => `=${byte.toString(16).toUpperCase()}`)
    .join('');
  const { cards, notUnderstood } = parseVcards(
    crlf([
      'BEGIN:VCARD',
      'VERSION:2.1',
      'N;CHARSET=GBK;ENCODING=QUOTED-PRINTABLE:=CD=F5;=D0=A1=C3=F7;;;',
      `ORG;CHARSET=GBK;ENCODING=QUOTED-PRINTABLE:${gbk.slice(0, 30)}=`,
      `${gbk.slice(30)};=CF=FA=CA=DB=B2=BF`,
      'TEL;CELL;VOICE:13800138000',
      'TEL;WORK;FAX:0571-81234567',
      'EMAIL;INTERNET:wang@example.com',
      'PHOTO;ENCODING=BASE64;JPEG:/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAgGBgcGBQgHBwcJCQgKDBQNDAsL',
      'DBkSEw8UHRofHh0aHBwgJC4nICIsIxwcKDcpLDAxNDQ0Hyc5PTgyPC4zNDL/',
      '',
      'X-SOMETHING:1',
      'END:VCARD',
      '',
    ]),
  );
  expect(cards).toHaveLength(1);
  expect(cards[0]).toMatchObject({
    version: '2.1',
    name: '王小明',
    organisation: '杭州明达贸易有限公司',
    department: '销售部',
    phones: [
      { value: '13800138000', type: 'mobile' },
      { value: '0571-81234567', type: 'fax' },
    ],
    emails: ['wang@example.com'],
  });
  expect(cards[0]?.photo).toBeGreaterThan(80);
  expect(notUnderstood).toEqual([{ line: 12, text: 'X-SOMETHING:1', reason: 'property' }]);
});

test('3.0 and 4.0: folding inside a character, escapes, groups, uri phones, a birthday without a year', () => {
  const long = Buffer.from('NOTE:客户要求先寄样品，再谈价格。');
  const folded = Buffer.concat([long.subarray(0, 21), Buffer.from('\r\n '), long.subarray(21), Buffer.from('\r\n')]);
  const file = Buffer.concat([
    crlf([
      'BEGIN:VCARD',
      'VERSION:4.0',
      'FN:Anna Müller',
      'N:Müller;Anna;;Dr.;',
      'item1.TEL;VALUE=uri;TYPE="work,voice":tel:+49-30-1234567;ext=12',
      '',
    ]),
    folded,
    crlf([
      'ORG:Nordwind\\, Import\\; GmbH;Einkauf',
      'ADR:;;Hauptstr. 1;Berlin;;10115;Deutschland',
      'BDAY:--0229',
      'END:VCARD',
      '',
    ]),
  ]);
  const { cards, notUnderstood } = parseVcards(file);
  expect(notUnderstood).toEqual([]);
  expect(cards[0]).toMatchObject({
    name: 'Anna Müller',
    organisation: 'Nordwind, Import; GmbH',
    department: 'Einkauf',
    note: '客户要求先寄样品，再谈价格。',
    birthday: '--02-29',
    phones: [{ value: '+49-30-1234567 ext. 12', type: 'office' }],
    addresses: [{ text: 'Hauptstr. 1, Berlin', postcode: '10115', country: 'Deutschland' }],
  });
});

test('a day that is none is no birthday, a role serves for a title, and what is left out stands beside its card', () => {
  const parsed = parseVcards(
    crlf([
      ...['stray', 'BEGIN:VCARD', 'VERSION:3.0', 'FN:甲', 'ROLE:采购', 'BDAY:19800230', 'END:VCARD'],
      ...[
        'BEGIN:VCARD',
        'VERSION:4.0',
        'FN:乙',
        'BDAY:1980-02-29T00:00:00Z',
        'NICKNAME:小乙',
        'PHOTO:data:image/png;base64,iVBORw0KGgo=',
      ],
      'END:VCARD',
    ]),
  );
  expect(parsed.cards).toMatchObject([
    { birthday: '', title: '采购' },
    { birthday: '1980-02-29', title: '' },
  ]);
  expect(parsed.notUnderstood.map(({ line, reason }) => [line, reason])).toEqual([
    [1, 'syntax'],
    [6, 'value'],
    [12, 'property'],
  ]);
  const [heading, ...rows] = vcardRows(parsed);
  expect(heading?.at(-1)).toBe('vCard lines not read');
  expect(rows.map((row) => row.at(-1))).toEqual(['1: stray\n6: BDAY:19800230', 'PHOTO: 9 B\n12: NICKNAME:小乙']);
  expect(vcardRows({ ...parsed, cards: parsed.cards.slice(0, 1), notUnderstood: [] })[0]).not.toContain(
    heading?.at(-1),
  );
});

test('what is not understood is told line by line and costs nothing else', () => {
  const { cards, notUnderstood } = parseVcards(
    crlf([
      'stray',
      'BEGIN:VCARD',
      'VERSION:3.0',
      'FN:甲',
      'no colon here',
      'TEL:none',
      'END:VCARD',
      'BEGIN:VCARD',
      'FN:乙',
    ]),
  );
  expect(cards.map((card) => card.name)).toEqual(['甲']);
  expect(notUnderstood.map(({ line, reason }) => [line, reason])).toEqual([
    [1, 'syntax'],
    [5, 'syntax'],
    [6, 'value'],
    [8, 'unfinished'],
  ]);
});

test.each(vcardVersions)('what is written as %s is read back', (version) => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }),
      fc.constantFrom('王小明', '欧阳娜娜', 'Anna Weber', '𠮷田䶮', '阿依古丽·买买提'),
      (note, name) => {
        const clean = note.replace(/\p{Cc}/gu, '').trim();
        const text = writeVcard(
          {
            uid: 'a',
            revised: '2026-11-25',
            name,
            organisation: '明达；贸易, 有限;公司',
            phones: [{ value: '+8613800138000', type: 'mobile' }],
            emails: ['a@b.cn'],
            note: clean,
          },
          version,
        );
        for (const line of text.split('\r\n'))
          expect(Buffer.byteLength(line)).toBeLessThanOrEqual(version === '2.1' ? 76 : 75);
        const { cards } = parseVcards(Buffer.from(text));
        expect(cards).toHaveLength(1);
        expect(cards[0]).toMatchObject({
          name,
          organisation: '明达；贸易, 有限;公司',
          phones: [{ value: '+8613800138000', type: 'mobile' }],
        });
        if (version !== '2.1') expect(cards[0]?.note).toBe(clean);
      },
    ),
    { numRuns: 60 },
  );
});

test('ten thousand entries are read in a moment', () => {
  const one = writeVcard(
    {
      uid: 'a',
      revised: '2026-11-25',
      name: '王小明',
      organisation: '明达',
      phones: [{ value: '+8613800138000' }],
      emails: [],
    },
    '3.0',
  );
  expect(parseVcards(Buffer.from(one.repeat(10_000))).cards).toHaveLength(10_000);
});

test('any bytes are answered, never thrown at', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
      parseVcards(Buffer.concat([Buffer.from('BEGIN:VCARD\r\n'), Buffer.from(bytes)]));
    }),
  );
});

test('a birthday without a year stands beside its card instead of being dropped', () => {
  for (const [written, kept, beside] of [
    ['--0412', null, 'BDAY: --04-12'],
    ['--02-29', null, 'BDAY: --02-29'],
    ['19800412', '1980-04-12', null],
  ]) {
    const [head = [], row = []] = vcardRows(
      parseVcards(crlf(['BEGIN:VCARD', 'VERSION:4.0', 'FN:李雷', `BDAY:${written}`, 'END:VCARD'])),
    );
    expect(row[head.indexOf('Contact birthday')]).toBe(kept);
    expect(row[head.indexOf('vCard lines not read')] ?? null).toBe(beside);
  }
});
