import { Button, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FormField } from '#ui/fields/form-field.tsx';
import { mostAttempts, unlock } from './unlock.ts';

/** Asks for the PIN; says how many tries are left and what happens after the last. */
export function PinForm({ onOpen, onGone }: { onOpen(): void; onGone(): void }) {
  const { t } = useTranslation();
  const [pin, setPin] = useState('');
  const [left, setLeft] = useState<number>();
  const [busy, setBusy] = useState(false);
  const submit = async () => {
    setBusy(true);
    const result = await unlock(pin);
    setBusy(false);
    setPin('');
    if (result.state === 'open') onOpen();
    else if (result.state === 'gone') onGone();
    else setLeft(result.left);
  };
  return (
    <form
      noValidate
      className="carry-pin"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <FormField
        id="carry-pin"
        label={t('work.carry.pin')}
        help={t('work.carry.pinHelp', { n: mostAttempts })}
        error={left === undefined ? undefined : t('work.carry.pinWrong', { n: left })}
      >
        <Input
          id="carry-pin"
          type="password"
          inputMode="numeric"
          autoComplete="off"
          maxLength={12}
          value={pin}
          aria-describedby={left === undefined ? 'carry-pin-help' : 'carry-pin-error'}
          onChange={(event) => setPin(event.target.value)}
        />
      </FormField>
      <Button type="primary" htmlType="submit" loading={busy} disabled={pin.length < 6}>
        {t('work.carry.unlock')}
      </Button>
    </form>
  );
}
