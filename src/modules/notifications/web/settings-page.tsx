import { App, Button, Checkbox, Input, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useEndpoint, useSend } from '#ui/api.ts';
import { atFields, FormField } from '#ui/fields/form-field.tsx';
import { Loading, Page, ProblemAlert } from '#ui/page.tsx';
import { ScrollRegion } from '#ui/scroll-region.tsx';
import { useCan } from '#ui/session.tsx';
import {
  type Channel,
  channels,
  getCompanyWebhook,
  getMyWebhook,
  getNotificationSettings,
  type NotificationSettings,
  removeCompanyWebhook,
  removeMyWebhook,
  saveNotificationSettings,
  setCompanyWebhook,
  setMyWebhook,
  type WebhookKind,
  webhookKinds,
} from '../contract.ts';

/** How the reader wants to hear of what, and where bot messages go. */
export default function NotificationSettingsPage() {
  const { t } = useTranslation();
  const can = useCan();
  const settings = useEndpoint(getNotificationSettings);
  return (
    <Page title={t('notifications.settings.title')}>
      <ProblemAlert problem={settings.error} onRetry={() => void settings.refetch()} />
      {settings.data ? <Choices key={settings.data.version} settings={settings.data} /> : <Loading />}
      <Webhook
        id="mine"
        title={t('notifications.settings.webhook')}
        get={getMyWebhook}
        set={setMyWebhook}
        remove={removeMyWebhook}
      />
      {can('notification:manage') ? (
        <Webhook
          id="company"
          title={t('notifications.settings.companyWebhook')}
          text={t('notifications.settings.companyWebhookText')}
          get={getCompanyWebhook}
          set={setCompanyWebhook}
          remove={removeCompanyWebhook}
        />
      ) : null}
    </Page>
  );
}

/** What a notice is about: the first part of its type. */
const areaOf = (type: string) => type.split('.')[0] ?? '';

function Choices({ settings }: { settings: NotificationSettings }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const save = useSend(saveNotificationSettings, ['/notification-settings']);
  const [types, setTypes] = useState(settings.types);
  const [quietFrom, setQuietFrom] = useState(settings.quietFrom ?? '');
  const [quietTo, setQuietTo] = useState(settings.quietTo ?? '');
  const [digestAt, setDigestAt] = useState(settings.digestAt ?? '');
  const { errors, rest } = atFields(save.error, 'quietFrom', 'quietTo', 'digestAt');
  const areas = [...new Set(types.map((item) => areaOf(item.type)))];
  const toggle = (type: string, channel: Channel, on: boolean) =>
    setTypes((before) =>
      before.map((item) =>
        item.type === type
          ? { ...item, channels: channels.filter((key) => (key === channel ? on : item.channels.includes(key))) }
          : item,
      ),
    );
  const submit = () =>
    save.mutate(
      {
        ifMatch: settings.version,
        body: {
          channels: Object.fromEntries(types.map((item) => [item.type, item.channels])),
          quietFrom: quietFrom || null,
          quietTo: quietTo || null,
          digestAt: digestAt || null,
        },
      },
      { onSuccess: () => void message.success(t('ui.saved')) },
    );
  const clock = (id: string, label: string, value: string, set: (value: string) => void, error?: string) => (
    <FormField id={id} label={label} error={error}>
      <Input id={id} type="time" value={value} onChange={(event) => set(event.target.value)} />
    </FormField>
  );
  return (
    <section className="panel" aria-labelledby="channels">
      <h2 id="channels">{t('notifications.settings.channels')}</h2>
      <ProblemAlert problem={rest} />
      <ScrollRegion name={t('notifications.settings.channels')}>
        <table className="plain">
          <thead>
            <tr>
              <th scope="col">{t('notifications.settings.type')}</th>
              {channels.map((channel) => (
                <th key={channel} scope="col">
                  {t(`notifications.channels.${channel}`)}
                </th>
              ))}
            </tr>
          </thead>
          {areas.map((area) => (
            <tbody key={area}>
              <tr>
                <th scope="rowgroup" colSpan={channels.length + 1} className="muted">
                  {t(`notifications.areas.${area}`)}
                </th>
              </tr>
              {types
                .filter((item) => areaOf(item.type) === area)
                .map((item) => (
                  <tr key={item.type}>
                    <th scope="row">{t(`notifications.typeNames.${item.type}`)}</th>
                    {channels.map((channel) => (
                      <td key={channel}>
                        <Checkbox
                          aria-label={`${t(`notifications.typeNames.${item.type}`)} ${t(`notifications.channels.${channel}`)}`}
                          checked={item.channels.includes(channel)}
                          onChange={(event) => toggle(item.type, channel, event.target.checked)}
                        />
                      </td>
                    ))}
                  </tr>
                ))}
            </tbody>
          ))}
        </table>
      </ScrollRegion>
      <h2 className="under-form">{t('notifications.settings.quiet')}</h2>
      <p className="muted small">{t('notifications.settings.quietText')}</p>
      <div className="grid-2">
        {clock('quiet-from', t('notifications.settings.quietFrom'), quietFrom, setQuietFrom, errors.quietFrom)}
        {clock('quiet-to', t('notifications.settings.quietTo'), quietTo, setQuietTo, errors.quietTo)}
        {clock('digest-at', t('notifications.settings.digest'), digestAt, setDigestAt, errors.digestAt)}
      </div>
      <Button type="primary" loading={save.isPending} onClick={submit}>
        {t('ui.save')}
      </Button>
    </section>
  );
}

interface WebhookProps {
  id: string;
  title: string;
  text?: string;
  get: typeof getMyWebhook;
  set: typeof setMyWebhook;
  remove: typeof removeMyWebhook;
}

function Webhook({ id, title, text, get, set, remove }: WebhookProps) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const present = useEndpoint(get);
  const put = useSend(set, ['/notification-webhook']);
  const drop = useSend(remove, ['/notification-webhook']);
  const [kind, setKind] = useState<WebhookKind>('wecom');
  const [url, setUrl] = useState('');
  const webhook = present.data?.webhook;
  const { errors, rest } = atFields(put.error, 'url');
  return (
    <section className="panel" aria-labelledby={`bot-${id}`}>
      <h2 id={`bot-${id}`}>{title}</h2>
      {text ? <p className="muted">{text}</p> : null}
      <ProblemAlert problem={rest ?? drop.error ?? present.error} />
      <div className="row">
        <span>
          {webhook
            ? t('notifications.settings.host', {
                kind: t(`notifications.webhookKinds.${webhook.kind}`),
                host: webhook.host,
              })
            : t('notifications.settings.none')}
        </span>
        {webhook ? (
          <Button size="small" danger onClick={() => drop.mutate({})}>
            {t('notifications.settings.remove')}
          </Button>
        ) : null}
      </div>
      {webhook?.failing ? (
        <p className="form-error">{t('notifications.settings.failing', { error: webhook.lastError ?? '' })}</p>
      ) : null}
      <div className="grid-2 under-form">
        <FormField id={`${id}-kind`} label={t('notifications.settings.kind')}>
          <Select
            id={`${id}-kind`}
            className="full-width"
            value={kind}
            options={webhookKinds.map((key) => ({ value: key, label: t(`notifications.webhookKinds.${key}`) }))}
            onChange={setKind}
          />
        </FormField>
        <FormField
          id={`${id}-url`}
          label={t('notifications.settings.url')}
          help={t('notifications.settings.urlHint')}
          error={errors.url}
        >
          <Input
            id={`${id}-url`}
            type="url"
            autoComplete="off"
            maxLength={1000}
            value={url}
            onChange={(event) => setUrl(event.target.value)}
          />
        </FormField>
      </div>
      <Button
        disabled={url.trim() === ''}
        loading={put.isPending}
        onClick={() =>
          put.mutate(
            { body: { kind, url } },
            {
              onSuccess: () => {
                setUrl('');
                void message.success(t('ui.saved'));
              },
            },
          )
        }
      >
        {t('ui.save')}
      </Button>
    </section>
  );
}
