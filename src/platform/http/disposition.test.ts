import { describe, expect, it } from 'vitest';
import { disposition, fileName } from './disposition.ts';

describe('the name of a download', () => {
  it('is given in every script, and in ASCII for what reads only that', () => {
    expect(disposition('王小明 (采购).vcf')).toBe(
      `attachment; filename="___ (__).vcf"; filename*=UTF-8''%E7%8E%8B%E5%B0%8F%E6%98%8E%20%28%E9%87%87%E8%B4%AD%29.vcf`,
    );
    expect(disposition('a.pdf', 'inline')).toBe(`inline; filename="a.pdf"; filename*=UTF-8''a.pdf`);
  });

  it('cannot be left by a quotation mark, a line end or half a character', () => {
    const header = disposition(`x"; filename=evil.exe\r\nset-cookie: a=b\ud83d.vcf`);
    expect(header.match(/"/g)).toHaveLength(2);
    expect(header).not.toMatch(/[\r\n]/);
  });

  it('of a record leaves out what no file system takes and keeps its ending', () => {
    expect(fileName('杭州 A/B: "明达"\u202e <贸易> 公司', 'vcf')).toBe('杭州 A B 明达 贸易 公司.vcf');
    expect(fileName('../../etc', 'vcf')).toBe('etc.vcf');
    expect(fileName('...', 'vcf')).toBe('file.vcf');
    expect([...fileName('𠮷'.repeat(300), 'vcf')]).toHaveLength(84);
  });
});
