import { App, Button, Input, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { formatMoney, minorDigits, parseMoney } from '#shared/money.ts';
import { useSend } from '#ui/api.ts';
import { DayInput } from '#ui/fields/day-input.tsx';
import { atFields, FormField } from '#ui/fields/form-field.tsx';
import { companyToday } from '#ui/format.ts';
import { ProblemAlert } from '#ui/page.tsx';
import { createPurchase, type PurchaseView, trashPurchase, updatePurchase } from '../contract.ts';

const stale = ['/customers', '/purchases'];
const asText = (amountMinor: number, currency: string) =>
  (amountMinor / 10 ** minorDigits(currency)).toFixed(minorDigits(currency));

interface Props {
  customerId: string;
  currency: string;
  purchase?: PurchaseView;
  onClose(): void;
}

/** Records or corrects one purchase; the amount is read as people write it (1.2万, USD 100). */
export function PurchaseDialog({ customerId, currency, purchase, onClose }: Props) {
  const { t, i18n } = useTranslation();
  const { message, modal } = App.useApp();
  const create = useSend(createPurchase, stale);
  const update = useSend(updatePurchase, stale);
  const trash = useSend(trashPurchase, stale);
  const [day, setDay] = useState(purchase?.day ?? companyToday());
  const [amount, setAmount] = useState(
    purchase
      ? `${purchase.currency === currency ? '' : `${purchase.currency} `}${asText(purchase.amountMinor, purchase.currency)}`
      : '',
  );
  const [product, setProduct] = useState(purchase?.product ?? '');
  const problem = create.error ?? update.error ?? trash.error;
  const parsed = parseMoney(amount, currency);
  const { errors, rest } = atFields(problem, 'day', 'amountMinor', 'currency', 'product');
  const done = () => {
    void message.success(t('ui.saved'));
    onClose();
  };
  const save = () => {
    const body = {
      day,
      // What is no amount is sent as one that is refused, so that the server names all else that is wrong with it.
      amountMinor: parsed.ok ? Number(parsed.value.amount) : Number.NaN,
      currency: parsed.ok ? parsed.value.currency : currency,
      product: product.trim() || null,
    };
    if (purchase) update.mutate({ params: { id: purchase.id }, ifMatch: purchase.version, body }, { onSuccess: done });
    else create.mutate({ params: { id: customerId }, body }, { onSuccess: done });
  };
  const remove = () =>
    purchase &&
    void modal.confirm({
      title: t('trade.removeTitle'),
      okText: t('ui.delete'),
      cancelText: t('ui.cancel'),
      onOk: () =>
        trash.mutate({ params: { id: purchase.id }, ifMatch: purchase.version, body: {} }, { onSuccess: onClose }),
    });
  return (
    <Modal
      open
      title={t(purchase ? 'trade.edit' : 'trade.add')}
      onCancel={onClose}
      footer={
        <>
          {purchase ? (
            <Button danger type="text" onClick={remove}>
              {t('ui.delete')}
            </Button>
          ) : null}
          <Button onClick={onClose}>{t('ui.cancel')}</Button>
          <Button type="primary" loading={create.isPending || update.isPending} onClick={save}>
            {t('ui.save')}
          </Button>
        </>
      }
    >
      <ProblemAlert problem={rest} />
      <FormField id="purchase-day" label={t('trade.day')} required error={errors.day}>
        <DayInput id="purchase-day" max={companyToday()} value={day} onChange={(day) => setDay(day ?? '')} />
      </FormField>
      <FormField
        id="purchase-amount"
        label={t('trade.amount')}
        required
        help={parsed.ok ? formatMoney(parsed.value, i18n.language) : t('trade.amountHelp')}
        error={
          (create.error ?? update.error) && !parsed.ok
            ? t(`errors.${parsed.code}`, parsed.params ?? {})
            : (errors.amountMinor ?? errors.currency)
        }
      >
        <Input
          id="purchase-amount"
          inputMode="decimal"
          autoFocus
          value={amount}
          onChange={(event) => setAmount(event.target.value)}
        />
      </FormField>
      <FormField id="purchase-product" label={t('trade.product')} error={errors.product}>
        <Input
          id="purchase-product"
          maxLength={200}
          value={product}
          onChange={(event) => setProduct(event.target.value)}
        />
      </FormField>
    </Modal>
  );
}
