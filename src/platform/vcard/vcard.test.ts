import fc from 'fast-check';
import iconv from 'iconv-lite';
import { expect, test } from 'vitest';
import { parseVcards } from './parse.ts';
import { vcardRows } from './rows.ts';
import { vcardVersions, writeVcard } from './write.ts';

async function collected<T>(source: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of source) items.push(item);
  return items;
}

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
  expect(Buffer.from(cards[0]?.photo?.base64 ?? '', 'base64').length).toBeGreaterThan(80);
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
  expect(notUnderstood).toMatchObject([{ text: 'BDAY:--0229', reason: 'noYear' }]);
  expect(cards[0]).toMatchObject({
    name: 'Anna Müller',
    organisation: 'Nordwind, Import; GmbH',
    department: 'Einkauf',
    note: '客户要求先寄样品，再谈价格。',
    birthday: '',
    lunarBirthday: null,
    phones: [{ value: '+49-30-1234567 ext. 12', type: 'office' }],
    addresses: [{ text: 'Hauptstr. 1, Berlin', postcode: '10115', country: 'Deutschland' }],
  });
});

test('a day that is none is no birthday, a role serves for a title, and what is left out stands beside its card', async () => {
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
  const [heading, ...rows] = await collected(vcardRows(parsed, 'en-US'));
  expect(heading?.at(-1)).toBe('vCard lines not read');
  expect(rows.map((row) => row.at(-1))).toEqual([
    '1: stray\n6: BDAY:19800230',
    '12: NICKNAME:小乙\n13: PHOTO (9 B): not a picture',
  ]);
  expect(
    (await collected(vcardRows({ ...parsed, cards: parsed.cards.slice(0, 1), notUnderstood: [] }, 'en-US')))[0],
  ).not.toContain(heading?.at(-1));
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
  expect(cards.map((card) => card.name)).toEqual(['甲', '乙']);
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
        expect(cards[0]?.note).toBe(clean);
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

test('a birthday without a year stands beside its card instead of being dropped', async () => {
  for (const [written, kept, beside] of [
    ['--0412', null, '4: BDAY:--0412'],
    ['--02-29', null, '4: BDAY:--02-29'],
    ['19800412', '1980-04-12', null],
  ]) {
    const [head = [], row = []] = await collected(
      vcardRows(parseVcards(crlf(['BEGIN:VCARD', 'VERSION:4.0', 'FN:李雷', `BDAY:${written}`, 'END:VCARD'])), 'en-US'),
    );
    expect(row[head.indexOf('Contact birthday')]).toBe(kept);
    expect(row[head.indexOf('vCard lines not read')] ?? null).toBe(beside);
  }
});

test.each([
  // As an iPhone writes them: the second and the thirty-first year of the cycle from 1984.
  ['X-ALTBDAY;CALSCALE=chinese:007800021101', { year: 1985, month: 11, day: 1, leap: false }],
  ['X-ALTBDAY;CALSCALE=chinese:007800310318', { year: 2014, month: 3, day: 18, leap: false }],
  ['X-ALTBDAY;CALSCALE=chinese:0078000705L03', { year: 1990, month: 5, day: 3, leap: true }],
  ['X-ALTBDAY;CALSCALE=chinese:007700600102', { year: 1983, month: 1, day: 2, leap: false }],
  ['X-ALTBDAY;CALSCALE=chinese:--0815', { month: 8, day: 15, leap: false }],
  ['BDAY;CALSCALE=chinese:1980-01-01', { year: 1980, month: 1, day: 1, leap: false }],
])('%s is a birthday of the lunar calendar', (line, day) => {
  const { cards, notUnderstood } = within([line]);
  expect([cards[0]?.lunarBirthday, cards[0]?.birthday, notUnderstood]).toEqual([day, '', []]);
  const written = writeVcard(
    { uid: 'a', revised: '', name: '甲', organisation: '', phones: [], emails: [], lunarBirthday: day },
    '3.0',
  );
  expect(written).toContain(line.startsWith('X-') ? line : 'X-ALTBDAY;CALSCALE=chinese:007700570101');
});

const within = (lines: string[], version = '3.0') =>
  parseVcards(crlf(['BEGIN:VCARD', `VERSION:${version}`, 'FN:甲', ...lines, 'END:VCARD']));

test.each<[line: string, reason: string]>([
  ['item1.X-ABLabel:总机', 'property'],
  ['X-SKYPE:jia', 'property'],
  ['NICKNAME:小甲', 'property'],
  ['LOGO;ENCODING=b:AAAA', 'property'],
  ['TEL;X-FOO=1:021-58886677', 'parameter'],
  ['NOTE;ENCODING=QUOTED-PRINTABLE:a=ZZb', 'encoding'],
  ['NOTE;ENCODING=UUENCODE:abc', 'encoding'],
  ['NOTE;CHARSET=KLINGON:abc', 'encoding'],
  ['FN:乙', 'repeated'],
  ['PHOTO;VALUE=URI:http://example.com/a.jpg', 'remote'],
  ['PHOTO:https://example.com/a.jpg', 'remote'],
  ['PHOTO;ENCODING=b:not base64!', 'value'],
  ['KIND:group', 'value'],
  ['BDAY;CALSCALE=hebrew:57400101', 'value'],
  ['X-ALTBDAY;CALSCALE=chinese:007800071401', 'value'],
  ['BDAY;X-APPLE-OMIT-YEAR=1604:1604-04-12', 'noYear'],
  ['no colon', 'syntax'],
])('a line that is not or not wholly on the card is told: %s', (line, reason) => {
  const { cards, notUnderstood } = within([line]);
  expect(cards).toHaveLength(1);
  expect(notUnderstood).toMatchObject([{ line: 4, reason }]);
});

test.each([
  [['FN:小明 王', 'N:王;小明;;;'], '王小明'],
  [['N:欧阳;娜娜;;;', 'FN:娜娜 欧阳'], '欧阳娜娜'],
  [['FN:王总', 'N:王;小明;;;'], '王总'],
  [['N:王;小明;;;'], '王小明'],
])('a Chinese name stands family first, however the telephone shows it: %j', (lines, name) => {
  const { cards } = parseVcards(crlf(['BEGIN:VCARD', 'VERSION:3.0', ...lines, 'END:VCARD']));
  expect(cards[0]?.name).toBe(name);
});

test('an assistant within a card is told line by line, and the card goes on', () => {
  const agent = ['AGENT:', 'BEGIN:VCARD', 'VERSION:2.1', 'FN:助理', 'TEL:1', 'END:VCARD', 'TEL;CELL:13800138000'];
  const { cards, notUnderstood } = within(agent, '2.1');
  expect(cards).toMatchObject([{ name: '甲', phones: [{ value: '13800138000' }] }]);
  expect(notUnderstood.map(({ line, reason }) => [line, reason])).toEqual([
    [4, 'property'],
    ...[5, 6, 7, 8, 9].map((line) => [line, 'nested']),
  ]);
});

test('a card without its end is kept, one without a name is told', () => {
  const open = parseVcards(
    crlf(['BEGIN:VCARD', 'FN:甲', 'BEGIN:VCARD', 'FN:乙', 'END:VCARD', 'BEGIN:VCARD', 'END:VCARD']),
  );
  expect(open.cards.map((card) => card.name)).toEqual(['甲', '乙', '']);
  expect(open.notUnderstood.map(({ line, reason }) => [line, reason])).toEqual([
    [1, 'unfinished'],
    [6, 'nameless'],
  ]);
});

test.each<[string, string]>([
  ['no line break between them', 'END:VCARDBEGIN:VCARD'],
  ['blanks between them', 'END:VCARD  BEGIN:VCARD'],
  ['a mark between them', 'END:VCARD\ufeffBEGIN:VCARD'],
  ['a mark on the next line', 'END:VCARD\n\ufeffBEGIN:VCARD'],
  ['the next one indented', 'END:VCARD\n\n  BEGIN:VCARD'],
  ['a soft line break before the end', 'NOTE;ENCODING=QUOTED-PRINTABLE:abc=\nEND:VCARD\nBEGIN:VCARD'],
])('cards of two files put behind each other are two: %s', (_, joint) => {
  const { cards, notUnderstood } = parseVcards(Buffer.from(`BEGIN:VCARD\nFN:甲\n${joint}\nFN:乙\nEND:VCARD\n`));
  expect(cards.map((card) => card.name)).toEqual(['甲', '乙']);
  expect(notUnderstood.filter(({ reason }) => reason !== 'encoding')).toEqual([]);
});

test('the end of something else does not end the card; what only looks like one in a note stays there', () => {
  const { cards, notUnderstood } = within([
    'END:VEVENT',
    'NOTE:a',
    ' BEGIN:VCARD',
    ' END:VCARDBEGIN:VCARD',
    'TEL:021-58886677',
  ]);
  expect(cards).toMatchObject([{ note: 'aBEGIN:VCARDEND:VCARDBEGIN:VCARD', phones: [{ value: '021-58886677' }] }]);
  expect(notUnderstood).toMatchObject([{ line: 4, reason: 'value' }]);
});

test('a line break of 2.1 is written as both its signs and read as one', () => {
  const note = '第一行\n第二行';
  const content = { uid: 'a', revised: '20261125T000000Z', name: '甲', organisation: '', phones: [], emails: [], note };
  const text = writeVcard(content, '2.1');
  expect(text.replaceAll('=\r\n', '')).toContain('=0D=0A');
  expect(parseVcards(Buffer.from(text)).cards).toMatchObject([{ note }]);
});

test.each(['utf16le', 'utf16be'])('%s with and without its mark', (encoding) => {
  const text = 'BEGIN:VCARD\r\nVERSION:3.0\r\nFN:王小明\r\nEND:VCARD\r\n';
  for (const addBOM of [true, false])
    expect(parseVcards(iconv.encode(text, encoding, { addBOM })).cards).toMatchObject([{ name: '王小明' }]);
});

test.each(vcardVersions)('all of a card comes back from %s', (version) => {
  const photo = Buffer.from(Array.from({ length: 500 }, (_, index) => (index * 7) % 256));
  const card = {
    name: '欧阳娜娜',
    organisation: '明达\\;贸易,\\ 公司\\',
    department: '采购;一部',
    title: '经理, 采购',
    phones: [
      { value: '+8613800138000', type: 'mobile' },
      { value: '+862158886677 ext. 12', type: 'office' },
      { value: '+862158886678', type: 'fax' },
      { value: '+862158886679', type: 'home' },
    ],
    emails: ['a@b.cn', 'c@d.com'],
    urls: ['https://b.cn/x?y=1'],
    addresses: [{ text: '上海市浦东新区张江路88号; 3幢', postcode: '201203', country: 'CN' }],
    birthday: '1980-02-29',
    lunarBirthday: { year: 1990, month: 5, day: 3, leap: true },
    note: '第一行\n第二行 C:\\new = 100 %',
    wechat: 'wang_xm',
  };
  const text = writeVcard({ ...card, uid: 'a', revised: '20261125T000000Z', photo }, version);
  const { cards, notUnderstood } = parseVcards(Buffer.from(text.repeat(2)));
  expect(notUnderstood).toEqual([]);
  expect(cards).toHaveLength(2);
  expect(cards[1]).toMatchObject(card);
  expect(Buffer.from(cards[1]?.photo?.base64 ?? '', 'base64').equals(photo)).toBe(true);
});

test('hostile lines cost no time: without an end, with a thousand quotes, a picture in a million pieces', () => {
  // What took the square of their length would take longer than a test may.
  const long = 'A'.repeat(20_000_000);
  const quotes = `A${';"a"'.repeat(900)}`;
  const pieces = Array.from({ length: 200_000 }, () => ' QUJD');
  const { cards } = within([
    long,
    quotes,
    `NOTE:${long}`,
    `NOTE:${';'.repeat(100_000)}`,
    'PHOTO;ENCODING=b:QUJD',
    ...pieces,
  ]);
  expect(cards[0]?.photo?.base64).toHaveLength(800_004);
});
