import { Alert, App, Button, Input, Modal } from 'antd';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { getDictionary } from '#modules/fields/contract.ts';
import { Problem } from '#shared/errors.ts';
import { newId } from '#shared/ids.ts';
import { call, useEndpoint, useSend } from '#ui/api.ts';
import { FormField } from '#ui/fields/form-field.tsx';
import { Loading, ProblemAlert } from '#ui/page.tsx';
import { useSession } from '#ui/session.tsx';
import { myCarries, takeCards, takeMoreCards } from '../../carry-contract.ts';
import { canCarry } from './device.ts';
import { pinFault } from './key.ts';
import { PinForm } from './pin-form.tsx';
import { isOpen, keepCarry, keepMoreCards } from './unlock.ts';
import { useDevice } from './use-device.ts';

/** What the supervisor reads in the list: the kind of device, as the browser tells it. */
function deviceName(): string {
  const { userAgent } = navigator;
  const system = /iPhone|iPad|Android|Windows|Mac OS|Linux/.exec(userAgent)?.[0] ?? '';
  const browser = /MicroMessenger|Edg|Firefox|Chrome|Safari/.exec(userAgent)?.[0] ?? '';
  return `${system} ${browser}`.trim();
}

/** Takes customers' cards along on this device: sets a PIN, or opens the carry that is there and adds to it. */
export default function TakeDialog({ customerIds, onClose }: { customerIds: string[]; onClose(taken: boolean): void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const { user, org } = useSession();
  const device = useDevice();
  const mine = useEndpoint(myCarries);
  const take = useSend(takeCards, ['/carries']);
  const more = useSend(takeMoreCards, ['/carries']);
  const id = useRef(newId());
  const [pin, setPin] = useState('');
  const [again, setAgain] = useState('');
  const [fault, setFault] = useState<{ field: 'pin' | 'again'; text: string }>();
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const present = device?.carry?.userId === user.id ? device.carry : undefined;
  const fail = (error: unknown) => {
    if (!(error instanceof Problem)) throw error;
    setProblem(error);
  };
  const done = (count: number) => {
    void message.success(t('work.carry.taken', { n: count }));
    onClose(true);
  };
  const start = async () => {
    const wrong = pinFault(pin);
    if (wrong) return setFault({ field: 'pin', text: t(`work.carry.pinFault.${wrong}`) });
    if (pin !== again) return setFault({ field: 'again', text: t('work.carry.pinFault.differs') });
    setFault(undefined);
    setBusy(true);
    try {
      const taken = await take.mutateAsync({
        params: { id: id.current },
        body: { device: deviceName(), customerIds },
      });
      const { fields, sections } = await call(getDictionary);
      await keepCarry(pin, taken, { fields, sections, timeZone: org.timeZone }, user);
      done(taken.cards.length);
    } catch (error) {
      fail(error);
    } finally {
      setBusy(false);
    }
  };
  const add = async (carryId: string) => {
    setBusy(true);
    try {
      const taken = await more.mutateAsync({ params: { id: carryId }, body: { customerIds } });
      if (await keepMoreCards(carryId, taken.cards)) done(taken.cards.length);
    } catch (error) {
      fail(error);
    } finally {
      setBusy(false);
    }
  };
  const out = (mine.data?.items ?? []).flatMap((item) => item.cards.filter((card) => card.state === 'out')).length;
  const unlocked = present !== undefined && isOpen(present.id);
  return (
    <Modal
      open
      title={t('work.carry.takeTitle', { n: customerIds.length })}
      onCancel={() => onClose(false)}
      footer={
        <>
          <Button onClick={() => onClose(false)}>{t('ui.cancel')}</Button>
          {canCarry() && (!present || unlocked) ? (
            <Button
              type="primary"
              loading={busy}
              disabled={!device}
              onClick={() => void (present ? add(present.id) : start())}
            >
              {t('work.carry.take')}
            </Button>
          ) : null}
        </>
      }
    >
      {canCarry() ? null : <Alert type="warning" showIcon title={t('work.carry.needsHttps')} />}
      <ProblemAlert problem={problem} />
      <p className="muted">
        {t('work.carry.takeHelp')} {mine.data ? t('work.carry.limit', { n: mine.data.limit, out }) : null}
      </p>
      {device ? null : <Loading />}
      {canCarry() && device && !present ? (
        <>
          <FormField
            id="carry-new-pin"
            label={t('work.carry.newPin')}
            required
            help={t('work.carry.newPinHelp')}
            error={fault?.field === 'pin' ? fault.text : undefined}
          >
            <Input
              id="carry-new-pin"
              type="password"
              inputMode="numeric"
              autoComplete="new-password"
              maxLength={12}
              value={pin}
              onChange={(event) => setPin(event.target.value)}
            />
          </FormField>
          <FormField
            id="carry-pin-again"
            label={t('work.carry.pinAgain')}
            required
            error={fault?.field === 'again' ? fault.text : undefined}
          >
            <Input
              id="carry-pin-again"
              type="password"
              inputMode="numeric"
              autoComplete="new-password"
              maxLength={12}
              value={again}
              onChange={(event) => setAgain(event.target.value)}
            />
          </FormField>
        </>
      ) : null}
      {present && !unlocked ? (
        <>
          <p>{t('work.carry.unlockToAdd')}</p>
          <PinForm onOpen={() => void add(present.id)} onGone={() => onClose(false)} />
        </>
      ) : null}
    </Modal>
  );
}
