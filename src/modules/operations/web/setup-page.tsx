import { useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Alert, Button, Checkbox, Input, Radio, Spin } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { signIn } from '#modules/people/contract.ts';
import { languages } from '#shared/languages.ts';
import { call, useEndpoint, useSend } from '#ui/api.ts';
import { atFields, FormField } from '#ui/fields/form-field.tsx';
import { setLanguage } from '#ui/i18n.ts';
import { ProblemAlert } from '#ui/page.tsx';
import { PublicPage } from '#ui/public-page.tsx';
import { presetKeys, runSetup, sampleState, setupState } from '../contract.ts';

/** Waits for the sample customers, so that the first list is a lively one; goes on without them after a while. */
async function sampleLoaded(): Promise<void> {
  for (let tries = 0; tries < 60; tries += 1) {
    if ((await call(sampleState)).loaded) return;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

/** First-run guide: language, company, kind of business, administrator, sample data. */
export default function SetupPage() {
  const { t, i18n } = useTranslation();
  const navigate = useNavigate();
  const client = useQueryClient();
  const { token } = useSearch({ strict: false }) as { token?: string };
  const state = useEndpoint(setupState, { query: { token: token === undefined ? undefined : String(token) } });
  const send = useSend(runSetup);
  const [form, setForm] = useState({
    orgName: '',
    preset: 'general' as (typeof presetKeys)[number],
    adminName: '',
    adminEmail: '',
    password: '',
    sample: true,
  });
  const [loading, setLoading] = useState(false);
  const put = (part: Partial<typeof form>) => setForm({ ...form, ...part });
  if (state.data && !state.data.needed) {
    return (
      <PublicPage title={t('operations.setup.title')}>
        <p>{t('operations.setup.done')}</p>
        <Button type="primary" onClick={() => void navigate({ to: '/sign-in' })}>
          {t('people.signIn')}
        </Button>
      </PublicPage>
    );
  }
  if (loading) {
    return (
      <PublicPage title={t('operations.setup.title')}>
        <p role="status">
          <Spin size="small" /> {t('operations.setup.loading')}
        </p>
      </PublicPage>
    );
  }
  const problem = send.error;
  const { errors, rest } = atFields(problem, ...Object.keys(form));
  const submit = () =>
    send.mutate(
      { body: { ...form, lang: i18n.language === 'en-US' ? 'en-US' : 'zh-CN', token: String(token ?? '') } },
      {
        onSuccess: async () => {
          await call(signIn, { body: { email: form.adminEmail, password: form.password } });
          if (form.sample) {
            setLoading(true);
            await sampleLoaded();
          }
          client.clear();
          void navigate({ to: '/customers' });
        },
      },
    );
  const text = (key: 'orgName' | 'adminName' | 'adminEmail', more: object = {}) => (
    <FormField id={key} label={t(`operations.setup.${key}`)} required error={errors[key]}>
      <Input id={key} required value={form[key]} onChange={(event) => put({ [key]: event.target.value })} {...more} />
    </FormField>
  );
  return (
    <PublicPage title={t('operations.setup.title')} wide>
      <p>{t('operations.setup.text')}</p>
      {state.data && !state.data.tokenHolds && !problem ? (
        <Alert
          className="problem"
          type="warning"
          showIcon
          title={t(token ? 'errors.setup.token' : 'operations.setup.needsToken')}
        />
      ) : null}
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <ProblemAlert problem={rest} />
        <FormField id="language" label={t('people.language')}>
          <Radio.Group
            id="language"
            optionType="button"
            value={i18n.language}
            onChange={(event) => void setLanguage(event.target.value)}
            options={languages.map((lang) => ({ value: lang, label: lang === 'zh-CN' ? '简体中文' : 'English' }))}
          />
        </FormField>
        {text('orgName', { maxLength: 200 })}
        <FormField
          id="preset"
          label={t('operations.setup.preset')}
          help={t(`operations.setup.presetHelp.${form.preset}`)}
        >
          <Radio.Group
            id="preset"
            optionType="button"
            value={form.preset}
            onChange={(event) => put({ preset: event.target.value })}
            options={presetKeys.map((key) => ({ value: key, label: t(`operations.setup.presets.${key}`) }))}
          />
        </FormField>
        {text('adminName', { maxLength: 100, autoComplete: 'name' })}
        {text('adminEmail', { type: 'email', autoComplete: 'username' })}
        <FormField
          id="password"
          label={t('people.password')}
          required
          help={t('people.passwordHelp')}
          error={errors.password}
        >
          <Input.Password
            id="password"
            required
            autoComplete="new-password"
            value={form.password}
            onChange={(event) => put({ password: event.target.value })}
          />
        </FormField>
        <Checkbox checked={form.sample} onChange={(event) => put({ sample: event.target.checked })}>
          {t('operations.setup.sample')}
        </Checkbox>
        <p className="muted small">{t('operations.setup.sampleHelp')}</p>
        <Button type="primary" htmlType="submit" size="large" block loading={send.isPending}>
          {t('operations.setup.start')}
        </Button>
      </form>
    </PublicPage>
  );
}
