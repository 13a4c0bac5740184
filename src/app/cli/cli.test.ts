import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { main } from '#app/cli.ts';
import { startTestApp, type TestApp } from '#test/app.ts';
import { csv } from '#test/imports.ts';
import { cardPicture } from '#test/picture.ts';

const program = fileURLToPath(new URL('../cli.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'kedang-cli-'));
let t: TestApp;
let url = '';
beforeAll(async () => {
  t = await startTestApp('exporter');
  url = await t.app.server.listen({ host: '127.0.0.1', port: 0 });
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});
afterAll(async () => {
  await t.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Ended {
  code: number | null;
  out: string;
  err: string;
}

/** Runs a command line as a user does; `during` may interrupt it. */
async function kedang(args: string[], env: Record<string, string> = {}, during?: (kill: () => void) => Promise<void>) {
  const child = spawn(process.execPath, [program, ...args], {
    env: { ...process.env, NODE_NO_WARNINGS: '1', LANG: 'zh_CN.UTF-8', LC_ALL: '', KEDANG_DATA: folder, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended: Ended = { code: null, out: '', err: '' };
  child.stdout.on('data', (chunk) => (ended.out += String(chunk)));
  child.stderr.on('data', (chunk) => (ended.err += String(chunk)));
  const exit = new Promise<void>((resolve) => {
    child.on('close', (code) => {
      ended.code = code;
      resolve();
    });
  });
  await during?.(() => child.kill('SIGINT'));
  await exit;
  return ended;
}

const nobody = { KEDANG_TOKEN: '', KEDANG_URL: '', KEDANG_DATA: folder, LANG: 'zh_CN.UTF-8', LC_ALL: '' };
const signedIn = () => ({ KEDANG_TOKEN: t.admin.token, KEDANG_URL: url });

/** Until a job is there to be run. */
async function queued(): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    if ((await t.asOwner(`select from job where state = 'queued' and kind ~ 'import|export'`)).length > 0) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
const drained = async () => {
  await queued();
  await t.drain();
};

describe('kedang import and export', () => {
  it('import the exhibition sheet, save the wrong rows and tell by the exit code', async () => {
    const sheet = join(folder, 'fair.csv');
    const rejected = join(folder, 'wrong.xlsx');
    const rows = [
      ['客户公司名称', '联系人', '电话', '电话', '国家'],
      ['命令行甲公司', '张三', '13711110001', '0571-81230009', '中国'],
      ...Array.from({ length: 230 }, (_, n) => [`命令行错${n}公司`, '', '号码', '', '中国']),
    ];
    writeFileSync(sheet, csv(rows));
    const args = ['import', sheet, '--preset', 'exhibition', '--rejected', rejected];
    const done = await kedang(args, signedIn(), drained);
    expect([done.code, done.err]).toEqual([1, '']);
    const told = JSON.parse(done.out);
    expect(told).toMatchObject({ state: 'done', rejected, rows: { created: 1, failed: 230 } });
    // All of them, however many pages that takes.
    expect(told.errors).toHaveLength(230);
    expect(told.columns[3]).toEqual({ column: 'D', heading: '电话', field: 'customer.phones' });
    expect(readFileSync(rejected).subarray(0, 2).toString()).toBe('PK');
  }, 30_000);

  it('export to a file with a purpose', async () => {
    const file = join(folder, 'out.csv');
    const args = ['export', file, '--purpose', '命令行导出', '--fields', 'name,phones'];
    const done = await kedang(args, signedIn(), drained);
    expect([done.code, done.err]).toEqual([0, '']);
    expect(JSON.parse(done.out)).toMatchObject({ state: 'done', rows: 1, file });
    expect(readFileSync(file, 'utf8')).toMatch(/命令行甲公司.*\n※ .* 用途：命令行导出 编号：[0-9a-f]{12},/s);
  }, 30_000);

  it('cancel what they began on Ctrl-C', async () => {
    const sheet = join(folder, 'cancelled.csv');
    writeFileSync(sheet, csv([['公司名称'], ['中断公司']]));
    const done = await kedang(['import', sheet], signedIn(), async (interrupt) => {
      await queued();
      await new Promise((resolve) => setTimeout(resolve, 500));
      interrupt();
      await new Promise((resolve) => setTimeout(resolve, 500));
      await t.drain();
    });
    expect(done.err).toContain('cancelling');
    expect([done.code, JSON.parse(done.out).state]).toEqual([1, 'cancelled']);
  }, 30_000);

  it('say what is wrong before anything is sent, and what the server refused', async () => {
    const sheet = join(folder, 'fair.csv');
    const nowhere = { KEDANG_TOKEN: 'x', KEDANG_URL: 'http://127.0.0.1:9' };
    const cases: [args: string[], env: Record<string, string>, code: number, err: RegExp][] = [
      [['import'], signedIn(), 2, /name the file/],
      [['import', join(folder, 'none.csv')], signedIn(), 2, /there is no file/],
      [['import', folder], signedIn(), 2, /is not a file/],
      [['import', sheet, 'other.csv'], signedIn(), 2, /one file at a time/],
      [['import', sheet, '--header-row', 'two'], signedIn(), 2, /--header-row/],
      [['import', sheet, '--rejected', join(folder, 'no', 'where.xlsx')], signedIn(), 2, /cannot be written/],
      [['import', sheet], {}, 2, /--token is missing/],
      [['import', sheet], nowhere, 1, /no answer from http:\/\/127\.0\.0\.1:9/],
      [['import', sheet], { ...nowhere, KEDANG_URL: 'kedang' }, 2, /no http address/],
      [['import', sheet], { ...signedIn(), KEDANG_TOKEN: 'kdt_wrong' }, 1, /\p{Script=Han}/u],
      [['import', program], signedIn(), 1, /import\.nameColumn|客户名称/],
      [['export', join(folder, 'x.txt'), '--purpose', '错误格式'], signedIn(), 2, /\.xlsx or \.csv/],
      [['export', join(folder, 'x.csv')], signedIn(), 2, /--purpose is missing/],
      [['export', join(folder, 'x.csv'), '--purpose', '条件错误', '--filter', '{'], signedIn(), 2, /not JSON/],
      [['audit-verify'], { DATABASE_URL: '', KEDANG_URL: 'http://127.0.0.1:9' }, 2, /there is no database in/],
    ];
    const out = vi.spyOn(console, 'log').mockImplementation(() => {});
    const err = vi.spyOn(console, 'error').mockImplementation(() => {});
    for (const [args, env, wanted, message] of cases) {
      for (const [name, value] of Object.entries({ ...nobody, ...env })) vi.stubEnv(name, value);
      const code = await main(args);
      const told = err.mock.calls.flat().join('\n');
      expect([args, code], told).toEqual([args, wanted]);
      expect(told, args.join(' ')).toMatch(message);
      err.mockClear();
    }
    for (const args of [['help', 'nonsense'], ['nonsense'], ['audit-verify', 'extra'], ['setup', 'extra']]) {
      expect([args, await main(args)]).toEqual([args, 2]);
      expect(err.mock.calls.flat().join(), args.join(' ')).toMatch(/nonsense|extra/);
      err.mockClear();
    }
    expect(out).not.toHaveBeenCalled();
    expect(existsSync(join(folder, 'x.csv'))).toBe(false);
    expect(await main(['import', '--help'])).toBe(0);
    expect(out.mock.calls.join()).toContain('--rejected FILE.xlsx');
  });
});

/** What a command prints and how it ends, in this process. */
async function told(args: string[]): Promise<{ code: number; out: string; err: string }> {
  const out = vi.spyOn(console, 'log').mockImplementation(() => {});
  const err = vi.spyOn(console, 'error').mockImplementation(() => {});
  for (const [name, value] of Object.entries(nobody)) vi.stubEnv(name, value);
  const code = await main(args);
  const ended = { code, out: out.mock.calls.flat().join('\n'), err: err.mock.calls.flat().join('\n') };
  vi.restoreAllMocks();
  return ended;
}
const saved = (name: string, content: string | Buffer) => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};

describe('kedang vcard', () => {
  it('tells what importing would create, and every line not understood', async () => {
    const photo = cardPicture('照片', ['一']).toString('base64');
    const file = saved(
      'people.vcf',
      [
        ...['stray', 'BEGIN:VCARD', 'VERSION:2.1', 'N;CHARSET=GBK;ENCODING=QUOTED-PRINTABLE:=CD=F5;=D0=A1=C3=F7;;;'],
        ...[
          'ORG:明达贸易有限公司;采购部',
          'TITLE:经理',
          'TEL;CELL:13800138000',
          'TEL;WORK:0571-81234567',
          'X-SKYPE:wang',
        ],
        ...[`PHOTO;ENCODING=BASE64;PNG:${photo}`, '', 'END:VCARD'],
        ...[
          'BEGIN:VCARD',
          'VERSION:4.0',
          'ORG:总机有限公司',
          'TEL:021-58886677',
          'TEL;TYPE=cell:13900139000',
          'END:VCARD',
        ],
      ].join('\r\n'),
    );
    const { code, out } = await told(['vcard', file]);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual({
      created: [
        {
          line: 2,
          customer: { name: '明达贸易有限公司', phones: ['0571-81234567'] },
          contact: {
            name: '王小明',
            department: '采购部',
            position: '经理',
            phones: ['13800138000'],
            photo: { width: 800, height: 480, bytes: expect.any(Number) },
          },
        },
        { line: 13, customer: { name: '总机有限公司', phones: ['021-58886677', '13900139000'] }, contact: null },
      ],
      notUnderstood: [
        { line: 1, text: 'stray', reason: 'syntax' },
        { line: 9, text: 'X-SKYPE:wang', reason: 'property' },
      ],
    });
  });

  it.each([
    ['a card without its end', ['BEGIN:VCARD', 'FN:甲'], 1, { line: 1, text: '甲', reason: 'unfinished' }],
    ['a card without a name', ['BEGIN:VCARD', 'TEL:13800138000', 'END:VCARD'], 0, { line: 1, reason: 'nameless' }],
    [
      'half a card',
      ['BEGIN:VCARD', 'FN:甲', 'BEGIN:VCARD', 'FN:乙', 'END:VCARD'],
      2,
      { line: 1, reason: 'unfinished' },
    ],
  ])('tells what would not come in: %s', async (_, lines, created, missed) => {
    const { code, out } = await told(['vcard', saved('broken.vcf', lines.join('\r\n'))]);
    expect(code).toBe(0);
    expect(JSON.parse(out).created).toHaveLength(created);
    expect(JSON.parse(out).notUnderstood).toMatchObject([missed]);
  });

  it.each<[string, () => string[], RegExp]>([
    ['no file named', () => [], /name the vCard file/],
    ['two files', () => [saved('a.vcf', ''), 'b.vcf'], /one file at a time/],
    ['no such file', () => [join(folder, 'none.vcf')], /there is no file/],
    ['a folder', () => [folder], /is not a file/],
    ['an empty file', () => [saved('empty.vcf', '')], /holds no vCard/],
    ['a text', () => [saved('letter.vcf', '这不是名片\nhello')], /holds no vCard/],
    ['lines with colons', () => [saved('event.vcf', 'BEGIN:VCALENDAR\nSUMMARY:会\nEND:VCALENDAR')], /holds no vCard/],
    ['a picture', () => [saved('card.vcf', cardPicture('一', ['二']))], /holds no vCard/],
    ['an unknown option', () => [saved('a.vcf', ''), '--all'], /--all/],
  ])('%s is wrong usage', async (_, args, message) => {
    const { code, out, err } = await told(['vcard', ...args()]);
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(message);
  });
});

describe('kedang scan-card', () => {
  it('tells each value with its confidence', async () => {
    const file = saved('card.png', cardPicture('陈思远', ['采购经理', '恒泰精密机械有限公司', '手机：13913552468']));
    const { code, out } = await told(['scan-card', file, '--text']);
    expect(code).toBe(0);
    const card = JSON.parse(out);
    expect(card).toMatchObject({
      name: { value: '陈思远' },
      title: { value: '采购经理' },
      company: { value: '恒泰精密机械有限公司' },
      phones: [{ value: '13913552468', type: 'mobile' }],
    });
    for (const item of [card.name, card.title, card.company, card.phones[0]]) {
      expect(item.confidence).toBeGreaterThan(0.5);
      expect(item.confidence).toBeLessThanOrEqual(1);
    }
    expect(card.text).toContain('陈思远');
  }, 60_000);

  it.each<[string, () => string[], number, RegExp]>([
    ['no image named', () => [], 2, /name the image/],
    ['no such image', () => [join(folder, 'none.jpg')], 2, /there is no file/],
    ['a text', () => [saved('text.jpg', 'text')], 1, /JPEG, PNG or WebP/],
    ['a PDF that is none', () => [saved('card.pdf', '%PDF-1.7 nothing')], 1, /JPEG, PNG or WebP/],
    ['an empty file', () => [saved('empty.jpg', '')], 1, /JPEG, PNG or WebP/],
    ['a damaged picture', () => [saved('half.png', cardPicture('一', ['二']).subarray(0, 900))], 1, /damaged/],
  ])('%s is refused with the reason', async (_, args, wanted, message) => {
    const { code, out, err } = await told(['scan-card', ...args()]);
    expect([code, out]).toEqual([wanted, '']);
    expect(err).toMatch(message);
  });
});
