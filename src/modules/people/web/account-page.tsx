import { useQueryClient } from '@tanstack/react-query';
import { App, Button, Input, Radio } from 'antd';
import i18next from 'i18next';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { languages } from '#shared/languages.ts';
import { invalidate, useEndpoint, useSend } from '#ui/api.ts';
import { atFields, FormField } from '#ui/fields/form-field.tsx';
import { formatTime } from '#ui/format.ts';
import { setLanguage } from '#ui/i18n.ts';
import { Loading, Page, ProblemAlert } from '#ui/page.tsx';
import { useCan, useSession } from '#ui/session.tsx';
import { changePassword, endSession, listSessions, updateMe } from '../account-contract.ts';
import { TokensPanel } from './tokens-panel.tsx';
import { TotpPanel } from './totp-panel.tsx';

export default function AccountPage() {
  const { t } = useTranslation();
  const can = useCan();
  return (
    <Page title={t('people.account.title')}>
      <Profile />
      <Password />
      <TotpPanel />
      <Sessions />
      {can('token:use') ? <TokensPanel /> : null}
    </Page>
  );
}

const browsers: [RegExp, string][] = [
  [/MicroMessenger/, 'WeChat'],
  [/Edg/, 'Edge'],
  [/Firefox/, 'Firefox'],
  [/Chrome/, 'Chrome'],
  [/Safari/, 'Safari'],
];
const systems: [RegExp, string][] = [
  [/Windows/, 'Windows'],
  [/Android/, 'Android'],
  [/iPhone|iPad/, 'iOS'],
  [/Mac OS/, 'macOS'],
  [/Linux/, 'Linux'],
];

/** A device as its owner would call it. */
function deviceOf(userAgent: string): string {
  const of = (list: [RegExp, string][]) => list.find(([pattern]) => pattern.test(userAgent))?.[1];
  const [browser, system] = [of(browsers), of(systems)];
  return browser && system ? i18next.t('ui.device', { browser, system }) : userAgent || i18next.t('ui.otherDevice');
}

function Profile() {
  const { t, i18n } = useTranslation();
  const { message } = App.useApp();
  const { user } = useSession();
  const send = useSend(updateMe, ['/session']);
  const [name, setName] = useState(user.name);
  return (
    <section className="panel" aria-labelledby="profile">
      <h2 id="profile">{t('people.account.profile')}</h2>
      <ProblemAlert problem={send.error} />
      <FormField id="my-name" label={t('people.name')} required>
        <Input id="my-name" maxLength={100} value={name} onChange={(event) => setName(event.target.value)} />
      </FormField>
      <FormField id="my-lang" label={t('people.language')}>
        <Radio.Group
          id="my-lang"
          value={i18n.language}
          onChange={(event) => {
            void setLanguage(event.target.value);
            send.mutate({ body: { lang: event.target.value } });
          }}
          options={languages.map((lang) => ({ value: lang, label: lang === 'zh-CN' ? '简体中文' : 'English' }))}
        />
      </FormField>
      <Button
        type="primary"
        disabled={name.trim() === '' || name === user.name}
        loading={send.isPending}
        onClick={() => send.mutate({ body: { name } }, { onSuccess: () => void message.success(t('ui.saved')) })}
      >
        {t('ui.save')}
      </Button>
    </section>
  );
}

function Password() {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const send = useSend(changePassword, ['/sessions']);
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const { errors, rest } = atFields(send.error, 'current', 'next', 'password');
  return (
    <section className="panel" aria-labelledby="password">
      <h2 id="password">{t('people.account.password')}</h2>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          send.mutate(
            { body: { current, next } },
            {
              onSuccess: () => {
                setCurrent('');
                setNext('');
                void message.success(t('people.account.passwordChanged'));
              },
            },
          );
        }}
      >
        <ProblemAlert problem={rest} />
        <FormField id="current" label={t('people.currentPassword')} required error={errors.current}>
          <Input.Password
            id="current"
            autoComplete="current-password"
            required
            value={current}
            onChange={(event) => setCurrent(event.target.value)}
          />
        </FormField>
        <FormField
          id="next"
          label={t('people.newPassword')}
          required
          help={t('people.passwordHelp')}
          error={errors.next ?? errors.password}
        >
          <Input.Password
            id="next"
            autoComplete="new-password"
            required
            value={next}
            onChange={(event) => setNext(event.target.value)}
          />
        </FormField>
        <Button type="primary" htmlType="submit" loading={send.isPending}>
          {t('people.account.changePassword')}
        </Button>
      </form>
    </section>
  );
}

function Sessions() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { data, error } = useEndpoint(listSessions, {}, { staleTime: 0 });
  const end = useSend(endSession);
  return (
    <section className="panel" aria-labelledby="sessions">
      <h2 id="sessions">{t('people.account.sessions')}</h2>
      <ProblemAlert problem={error ?? end.error} />
      {data ? (
        <ul className="cards">
          {data.items.map((session) => (
            <li key={session.id} className="list-row">
              <span className="grow">
                {deviceOf(session.userAgent ?? '')}
                <span className="block muted small">
                  {session.ip} · {t('people.account.lastSeen')} {formatTime(session.lastSeenAt)}
                </span>
              </span>
              {session.current ? (
                <span className="muted">{t('people.account.thisOne')}</span>
              ) : (
                <Button
                  size="small"
                  onClick={() =>
                    end.mutate(
                      { params: { id: session.id } },
                      { onSuccess: () => void invalidate(client, ['/sessions']) },
                    )
                  }
                >
                  {t('people.account.end')}
                </Button>
              )}
            </li>
          ))}
        </ul>
      ) : (
        <Loading />
      )}
    </section>
  );
}
