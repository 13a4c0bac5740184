import { expect, it } from 'vitest';
import { Problem } from '#shared/errors.ts';
import { atFields } from './form-field.tsx';

const wrong = (...fields: string[]) =>
  new Problem(422, 'input.invalid', {
    message: 'Some entries are wrong',
    errors: fields.map((field) => ({ field, code: 'input.required', message: `${field} is wrong` })),
  });

it('says beside a field what is said of it or of a part of it, the first thing alone', () => {
  const { errors, rest } = atFields(wrong('values.name', 'phones.0.value', 'phones.1.value'), 'name', 'phones');
  expect(errors).toEqual({ name: 'values.name is wrong', phones: 'phones.0.value is wrong' });
  expect(rest).toBeNull();
});

it('knows the parts of a field that have inputs of their own', () => {
  const { errors } = atFields(wrong('label.en', 'label.zh'), 'label', 'label.en');
  expect(errors).toEqual({ label: 'label.zh is wrong', 'label.en': 'label.en is wrong' });
});

it('leaves above the form what belongs to none of its fields, and that alone', () => {
  const { errors, rest } = atFields(wrong('name', 'team', 'nameEn'), 'name');
  expect(errors).toEqual({ name: 'name is wrong' });
  expect(rest?.errors.map(({ field }) => field)).toEqual(['team', 'nameEn']);
  const general = new Problem(409, 'customer.locked', { message: 'Locked' });
  expect(atFields(general, 'name')).toEqual({ errors: {}, rest: general });
});

it('takes a problem that names its one field', () => {
  const taken = new Problem(409, 'user.emailTaken', { field: 'email', message: 'Taken' });
  expect(atFields(taken, 'email')).toEqual({ errors: { email: 'Taken' }, rest: null });
});
