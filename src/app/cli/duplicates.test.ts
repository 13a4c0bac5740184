import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import iconv from 'iconv-lite';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { main } from '#app/cli.ts';
import { duplicatesCommand } from './duplicates.ts';

describe('kedang duplicates', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kedang-duplicates-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  afterEach(() => {
    vi.restoreAllMocks();
  });
  const file = (name: string, content: string | Buffer) => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  const out = join(folder, 'pairs.csv');
  const map = file('map.json', '{"id":"编号","name":"名称","phone":"电话"}');
  const run = (options: Record<string, string>) => duplicatesCommand.run({ map, out, ...options }, []);

  it('reads GB18030 and TSV, within a file and across two', async () => {
    const table =
      '编号,名称,电话\n1,杭州明达贸易有限公司,0571-88888888\n2,浙江明达贸易有限公司,0571 8888 8888\n3,青岛海风渔业,0532-66666666\n';
    const records = file('a.csv', iconv.encode(table, 'gb18030'));
    const against = file('b.tsv', '编号\t名称\t电话\n9\t青島海風漁業有限公司\t053266666666\n8\t成都某某\t\n');
    expect(await run({ records })).toBe(0);
    expect(readFileSync(out, 'utf8')).toMatch(/^id1,id2,score\n1,2,[\d.]+\n$/);
    expect(await run({ records, against })).toBe(0);
    expect(readFileSync(out, 'utf8')).toMatch(/^id1,id2,score\n3,9,[\d.]+\n$/);
  });

  it('takes a column by either of two names, and finds pairs by names alone', async () => {
    const records = file(
      'e.csv',
      '\ufeffid,title\n1,杭州明达贸易有限公司\n2,宁波海风渔业有限公司\n3,明達貿易（杭州）公司\n4,\n',
    );
    const against = file('f.csv', 'id,name\nx,海风渔业\ny,青岛青禾物流\n');
    const both = file('both.json', '{"id":"id","kind":"company","name":"title|name"}');
    expect(await run({ records, map: both })).toBe(0);
    expect(readFileSync(out, 'utf8')).toMatch(/^id1,id2,score\n1,3,[\d.]+\n$/);
    expect(await run({ records, against, map: both })).toBe(0);
    expect(readFileSync(out, 'utf8')).toMatch(/^id1,id2,score\n2,x,[\d.]+\n$/);
  });

  it('reads Western European files, and takes a column that only one of two files has as empty in the other', async () => {
    const western = iconv.encode('id,name,maker\n1,Müller Weiß Präzision GmbH,x\n2,Café Noël,y\n', 'windows-1252');
    const against = file('w.csv', 'id;name\n7;Mueller\n8;Muller Weiss Prazision GmbH\n9;Café Noël SARL\n');
    const maker = file('maker.json', '{"id":"id","kind":"company","name":"name","text":"maker"}');
    const said = vi.spyOn(console, 'error').mockImplementation(() => {});
    expect(await run({ records: file('v.csv', western), against, map: maker })).toBe(0);
    expect(readFileSync(out, 'utf8')).toMatch(/^id1,id2,score\n1,8,[\d.]+\n2,9,[\d.]+\n$/);
    expect(said.mock.calls.flat().join()).toContain('w.csv has no column "maker"');
    await expect(run({ records: file('n.csv', 'id,title\n1,x\n'), against, map: maker })).rejects.toThrow('no column');
  });

  it('says what is wrong with a map, a file or the usage', async () => {
    const records = file('c.csv', 'id,name\n1,x\n1,y\n');
    const wrong = (content: string) => run({ records, map: file('wrong.json', content) });
    await expect(wrong('{"id":"id","name":"title"}')).rejects.toThrow('no column "title"; its columns are: id, name');
    await expect(wrong('{"id":"id","title":"name"}')).rejects.toThrow('unknown entry "title"');
    await expect(wrong('{"id":"id"}')).rejects.toThrow('no column to compare');
    await expect(wrong('{')).rejects.toThrow('not JSON');
    await expect(wrong('{"id":"id","name":"name"}')).rejects.toThrow('"1" is there twice');
    await expect(run({ records, threshold: '7' })).rejects.toThrow('--threshold');
    await expect(run({ records, out: '' })).rejects.toThrow('--out is missing');
    await expect(run({ records: file('d.csv', Buffer.from([0, 1, 2])) })).rejects.toThrow('neither a text table');
  });

  it('takes ragged rows, a mark before the headings, line breaks in cells and headings alone', async () => {
    const records = file(
      'ragged.csv',
      '\ufeff编号,名称,电话\n1,"杭州明达\n贸易有限公司",0571-88888888\n2,"明达贸易 ""杭州""",0571 8888 8888,too,many\n3\n',
    );
    expect(await run({ records })).toBe(0);
    expect(readFileSync(out, 'utf8')).toMatch(/^id1,id2,score\n1,2,[\d.]+\n$/);
    expect(await run({ records: file('headings.csv', '编号,名称,电话\n') })).toBe(0);
    expect(readFileSync(out, 'utf8')).toBe('id1,id2,score\n');
  });

  it('ends with a message and a code, never with a stack, and leaves nothing behind', async () => {
    const good = file('good.csv', '编号,名称,电话\n1,明达,1\n2,明达,1\n');
    const before = readdirSync(folder);
    const said: string[] = [];
    vi.spyOn(console, 'error').mockImplementation((line: string) => void said.push(line));
    const wrong: [options: Record<string, string>, says: string, code: number][] = [
      [{ records: join(folder, 'none.csv') }, 'there is no file', 2],
      [{ records: folder }, 'is not a file', 2],
      [{ records: '-' }, 'there is no file -', 2],
      [{ records: good, against: join(folder, 'none.csv') }, 'there is no file', 2],
      [{ records: good, map: join(folder, 'none.json') }, 'there is no file', 2],
      [{ records: good, map: folder }, 'is not a file', 2],
      [{ records: good, out: folder }, 'is a folder', 2],
      [{ records: good, out: join(folder, 'none', 'pairs.csv') }, 'cannot be written', 2],
      [{ records: good, out: good }, '--out would overwrite', 2],
      [{ records: good, out: map }, '--out would overwrite', 2],
      [{ records: good, against: `${folder}/./good.csv` }, 'the same file as --records', 2],
      [{ records: file('empty.csv', '') }, 'it is empty', 1],
      [{ records: file('open.csv', '编号,名称,电话\n1,"明达,1\n') }, 'a quotation mark is not closed', 1],
      [{ records: good, map: file('list.json', '[1]') }, 'the map is wrong', 1],
      [{ records: good, map: file('nothing.json', '') }, 'not JSON', 1],
    ];
    for (const [options, says, code] of wrong) {
      said.length = 0;
      const args = Object.entries({ map, out, ...options }).flatMap(([name, value]) => [`--${name}=${value}`]);
      expect(await main(['duplicates', ...args]), says).toBe(code);
      expect(said.join('\n')).toContain(says);
      expect(said.join('\n')).not.toMatch(/\n\s+at |ENOENT|EISDIR|sheet\./);
    }
    const made = ['empty.csv', 'open.csv', 'list.json', 'nothing.json'];
    expect(readdirSync(folder).sort()).toEqual([...new Set([...before, ...made])].sort());
    expect(readFileSync(good, 'utf8')).toContain('明达');
  });

  it('writes the pairs to standard output for -', async () => {
    const records = file('stdout.csv', '编号,名称,电话\n1,明达贸易,0571-88888888\n2,明达贸易,0571-88888888\n');
    let written = '';
    vi.spyOn(console, 'error').mockImplementation(() => {});
    vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
      written += String(chunk);
      return true;
    });
    expect(await run({ records, out: '-' })).toBe(0);
    expect(written).toMatch(/^id1,id2,score\n1,2,[\d.]+\n$/);
  });
});
