import { useQueryClient } from '@tanstack/react-query';
import { App as AntApp } from 'antd';
import { lazy, Suspense, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { listContacts } from '#modules/contacts/contract.ts';
import { listCustomers, recordNames, searchRecords } from '#modules/customers/contract.ts';
import { getDictionary } from '#modules/fields/contract.ts';
import { getPicture, uploadPicture } from '#modules/fields/pictures-contract.ts';
import { signOut, updateMe } from '#modules/people/account-contract.ts';
import { teams, userOptions } from '#modules/people/contract.ts';
import { loadDevice } from '#modules/work/web/index.tsx';
import type { Lang } from '#shared/languages.ts';
import type { SessionInfo } from '#shared/session.ts';
import { call, downloadUrl, sessionEnded, upload } from '#ui/api.ts';
import { LookupProvider, type Lookups } from '#ui/fields/lookups.tsx';
import { label } from '#ui/i18n.ts';
import type { PaletteProvider } from '#ui/palette-items.ts';
import { SessionProvider } from '#ui/session.tsx';
import { Shell } from '#ui/shell.tsx';
import { collectSlots, SlotProvider } from '#ui/slots.tsx';
import { webModules } from './web-modules.ts';

const SignInDialog = lazy(() =>
  import('#modules/people/web/sign-in-dialog.tsx').then((module) => ({ default: module.SignInDialog })),
);

const provider: PaletteProvider = async (q, signal) => {
  const { items } = await call(searchRecords, { query: { q, limit: 12 }, signal });
  return items.map((item) => ({
    id: `${item.kind}-${item.id}`,
    title: item.title,
    detail: item.kind === 'contact' ? item.customerName : item.number,
    path: `/customers/${item.customerId}`,
  }));
};

const lookups: Lookups = {
  user: async (q, blocked = false) =>
    (await call(userOptions, { query: { ...(q ? { q } : {}), ...(blocked ? { blocked: 'true' } : {}) } })).items,
  names: async (ids) => {
    const query = Object.fromEntries(
      Object.entries(ids).flatMap(([kind, list]) => (list.length > 0 ? [[kind, list.join(',')]] : [])),
    );
    return (await call(recordNames, { query })).names;
  },
  customer: async (q, ownerId) => {
    const owned = { filter: JSON.stringify({ field: 'ownerId', op: 'eq', value: ownerId }), limit: 50 };
    const { items } = await call(listCustomers, {
      query: { ...(q ? { q } : {}), fields: 'name,number', limit: 20, ...(ownerId ? owned : {}) },
    });
    return items.map((item) => ({ id: item.id, name: `${String(item.values.name ?? '')} ${item.number}` }));
  },
  contact: async (q) => {
    const { items } = await call(listContacts, { query: { ...(q ? { q } : {}), fields: 'name', limit: 20 } });
    return items.map((item) => ({ id: item.id, name: `${String(item.values.name ?? '')} · ${item.customerName}` }));
  },
  picture: {
    send: async (file) => (await upload(uploadPicture, file)).id,
    address: (id) => downloadUrl(getPicture, { params: { id } }),
  },
  team: async () => (await call(teams.list)).items.map(({ id, name }) => ({ id, name })),
  section: async () => {
    const { sections } = await call(getDictionary);
    const mine = sections.filter((section) => section.object === 'customer').sort((a, b) => a.position - b.position);
    return mine.map((section) => ({ id: section.key, name: label(section.label) }));
  },
};
const slots = collectSlots(webModules);

interface FrameProps {
  session: SessionInfo;
  dark: boolean;
  onDark(dark: boolean): void;
}

/** Everything around a page of somebody signed in; over an open page it asks to sign in again when the session ended. */
export default function Frame(props: FrameProps) {
  return (
    <SessionProvider session={props.session}>
      <LookupProvider lookups={lookups}>
        <SlotProvider slots={slots}>
          <AntApp>
            <Framed {...props} />
          </AntApp>
        </SlotProvider>
      </LookupProvider>
    </SessionProvider>
  );
}

function Framed({ session, dark, onDark }: FrameProps) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { modal } = AntApp.useApp();
  const [ended, setEnded] = useState(false);
  useEffect(() => {
    const onEnd = () => setEnded(true);
    sessionEnded.addEventListener('ended', onEnd);
    return () => sessionEnded.removeEventListener('ended', onEnd);
  }, []);
  const leave = async () => {
    const device = await loadDevice();
    const waiting = await device.unsent(session.user.id);
    if (waiting > 0) {
      const sure = await modal.confirm({
        title: t('work.carry.leaveTitle', { n: waiting }),
        content: t('work.carry.leaveText'),
        okText: t('work.carry.leaveAnyway'),
        okButtonProps: { danger: true },
        cancelText: t('ui.cancel'),
      });
      if (!sure) return;
    }
    await device.clearDevice(session.user.id).catch(() => {});
    await call(signOut).catch(() => {});
    client.clear();
    location.assign('/sign-in');
  };
  return (
    <>
      <Shell
        menu={webModules.flatMap((module) => module.menu ?? [])}
        commands={webModules.flatMap((module) => module.commands ?? [])}
        provider={provider}
        dark={dark}
        onDark={onDark}
        onLanguage={(lang: Lang) => void call(updateMe, { body: { lang } }).catch(() => {})}
        onSignOut={() => void leave()}
      />
      {ended ? (
        <Suspense fallback={null}>
          <SignInDialog
            onSignedIn={() => {
              setEnded(false);
              void client.invalidateQueries();
            }}
          />
        </Suspense>
      ) : null}
    </>
  );
}
