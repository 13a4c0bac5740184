import { Alert, Button, Input, InputNumber, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useEndpoint, useSend } from '#ui/api.ts';
import { CopyButton } from '#ui/copy-button.tsx';
import { atFields, FormField } from '#ui/fields/form-field.tsx';
import { formatTime } from '#ui/format.ts';
import { ProblemAlert } from '#ui/page.tsx';
import { useSession } from '#ui/session.tsx';
import { createToken, listTokens, revokeToken } from '../account-contract.ts';

/** Personal access tokens for the API: made, shown once, revoked. */
export function TokensPanel() {
  const { t } = useTranslation();
  const { grants } = useSession();
  const { data } = useEndpoint(listTokens);
  const create = useSend(createToken, ['/tokens']);
  const revoke = useSend(revokeToken, ['/tokens']);
  const [name, setName] = useState('');
  const [scopes, setScopes] = useState<string[]>([]);
  const [days, setDays] = useState<number | null>(90);
  const { errors, rest } = atFields(create.error, 'name', 'expiresInDays');
  return (
    <section className="panel" aria-labelledby="tokens">
      <h2 id="tokens">{t('people.tokens.title')}</h2>
      <p className="muted">
        {t('people.tokens.text')} <a href="/api/docs">{t('people.tokens.docs')}</a>
      </p>
      <ProblemAlert problem={rest ?? revoke.error} />
      {create.data ? (
        <Alert
          type="success"
          role="status"
          title={t('people.tokens.once')}
          description={<code className="token">{create.data.token}</code>}
          action={<CopyButton text={create.data.token} name={create.data.name} />}
        />
      ) : null}
      <ul className="cards">
        {(data?.items ?? []).map((token) => (
          <li key={token.id} className="list-row">
            <span className="grow">
              {token.name}{' '}
              <span className="muted small">
                {token.scopes.includes('*') ? t('people.tokens.everything') : token.scopes.join(', ')}
              </span>
              <span className="block muted small">
                {t('people.tokens.created')} {formatTime(token.createdAt)} · {t('people.tokens.expires')}{' '}
                {token.expiresAt ? formatTime(token.expiresAt, false) : t('people.tokens.never')} ·{' '}
                {token.lastUsedAt
                  ? `${t('people.tokens.lastUsed')} ${formatTime(token.lastUsedAt)}`
                  : t('people.tokens.notUsed')}
              </span>
            </span>
            <Button
              size="small"
              danger
              onClick={() =>
                revoke.mutate(
                  { params: { id: token.id } },
                  // What is worth nothing any more is not offered to be copied.
                  { onSuccess: () => (create.data?.id === token.id ? create.reset() : undefined) },
                )
              }
            >
              {t('people.tokens.revoke')}
            </Button>
          </li>
        ))}
      </ul>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          create.mutate(
            {
              body: {
                name,
                scopes: scopes.length > 0 ? scopes : ['*'],
                ...(days === null ? {} : { expiresInDays: days }),
              },
            },
            { onSuccess: () => setName('') },
          );
        }}
      >
        <FormField id="token-name" label={t('people.tokens.name')} required error={errors.name}>
          <Input
            id="token-name"
            required
            maxLength={80}
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
        </FormField>
        <FormField id="token-scopes" label={t('people.tokens.scopes')} help={t('people.tokens.scopesHelp')}>
          <Select
            id="token-scopes"
            mode="multiple"
            className="full-width"
            value={scopes}
            options={Object.keys(grants).map((key) => ({ value: key, label: key }))}
            onChange={setScopes}
          />
        </FormField>
        <FormField
          id="token-days"
          label={t('people.tokens.days')}
          help={t('people.tokens.daysHelp')}
          error={errors.expiresInDays}
        >
          <InputNumber id="token-days" min={1} precision={0} value={days} onChange={setDays} />
        </FormField>
        <Button htmlType="submit" loading={create.isPending}>
          {t('people.tokens.create')}
        </Button>
      </form>
    </section>
  );
}
