import { Modal, Radio } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Problem } from '#shared/errors.ts';
import { save } from '#ui/api.ts';
import { FormField } from '#ui/fields/form-field.tsx';
import { ProblemAlert } from '#ui/page.tsx';
import { customerVcard, vcardVersions } from '../contract.ts';

/** Downloads the customer's people for an address book, in the version it reads. */
export default function VcardAction({ customerId, onClose }: { customerId: string; onClose(): void }) {
  const { t } = useTranslation();
  const [version, setVersion] = useState<(typeof vcardVersions)[number]>(vcardVersions[0]);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const download = async () => {
    setBusy(true);
    try {
      await save(customerVcard, { params: { id: customerId }, query: { version } });
      onClose();
    } catch (error) {
      setProblem(error as Problem);
      setBusy(false);
    }
  };
  return (
    <Modal
      open
      title={t('exchange.vcard.title')}
      okText={t('exchange.download')}
      cancelText={t('ui.cancel')}
      okButtonProps={{ loading: busy }}
      onOk={() => void download()}
      onCancel={onClose}
    >
      <ProblemAlert problem={problem} />
      <FormField id="vcard-version" label={t('exchange.vcard.version')} help={t('exchange.vcard.versionHelp')}>
        <Radio.Group
          id="vcard-version"
          optionType="button"
          value={version}
          options={vcardVersions.map((value) => ({ value, label: value }))}
          onChange={(event) => setVersion(event.target.value)}
        />
      </FormField>
    </Modal>
  );
}
