import { expect, it } from 'vitest';
import type { FrozenQuestion } from '../../form-content.ts';
import { blank, stillTyped, toKeep } from './use-kept.ts';

const none = { zh: '', en: '' };
const ask = (id: string, type: FrozenQuestion['type'], more: Partial<FrozenQuestion> = {}): FrozenQuestion => ({
  ...{ id, type, title: { zh: id, en: '' }, help: none, required: false, showIf: null },
  ...more,
});
const options = (...keys: string[]) => keys.map((key) => ({ key, label: { zh: key, en: '' } }));

it('what was typed follows to a new revision where the question is still the same', () => {
  const before = [
    ask('why', 'text'),
    ask('gone', 'text'),
    ask('other', 'text'),
    ask('name', 'field', { object: 'customer', field: 'name' }),
    ask('moved', 'field', { object: 'customer', field: 'name' }),
    ask('again', 'single', { options: options('yes', 'no') }),
    ask('fair', 'single', { options: options('yes', 'no') }),
    ask('likes', 'multiple', { options: options('a', 'b') }),
    ask('rated', 'matrix', { rows: options('speed', 'price'), options: options('good', 'bad') }),
    ask('cleared', 'single', { options: options('yes') }),
  ];
  const typed = {
    why: '时间冲突',
    gone: '不再问',
    other: '字',
    name: '某公司',
    moved: '某公司',
    again: 'yes',
    fair: 'no',
    likes: ['a', 'b'],
    rated: { speed: 'good', price: 'bad' },
    cleared: null,
  };
  const kept = JSON.parse(JSON.stringify(toKeep(before, typed)));
  const now = [
    ask('added', 'text'),
    ask('why', 'text', { title: { zh: '换个问法', en: '' }, required: true }),
    ask('other', 'nps'),
    ask('name', 'field', { object: 'customer', field: 'name' }),
    ask('moved', 'field', { object: 'contact', field: 'name' }),
    ask('again', 'single', { options: options('yes', 'maybe') }),
    ask('fair', 'single', { options: options('yes') }),
    ask('likes', 'multiple', { options: options('b', 'c') }),
    ask('rated', 'matrix', { rows: options('speed', 'price'), options: options('good') }),
    ask('cleared', 'single', { options: options('yes') }),
  ];
  expect(stillTyped(now, kept)).toEqual({
    why: '时间冲突',
    name: '某公司',
    again: 'yes',
    likes: ['b'],
    rated: { speed: 'good' },
    cleared: null,
  });
  expect(stillTyped(before, kept)).toEqual(typed);
  expect(stillTyped([ask('added', 'text')], kept)).toBe(blank);
});
