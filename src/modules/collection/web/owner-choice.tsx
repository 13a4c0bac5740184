import { Radio } from 'antd';
import { useTranslation } from 'react-i18next';
import { FormField } from '#ui/fields/form-field.tsx';
import { RecordSelect } from '#ui/fields/record-select.tsx';
import type { ImportOptions } from '../contract.ts';

type Owner = ImportOptions['owner'];
const ways = ['me', 'person', 'column', 'none'] as const;

/** Who owns the customers the import makes. */
export function OwnerChoice({
  owner,
  mayAssign,
  error,
  onChange,
}: {
  owner: Owner;
  /** Naming an owner needs the right to assign; leaving it to the rules does not. */
  mayAssign: boolean;
  error: string | undefined;
  onChange(owner: Owner): void;
}) {
  const { t } = useTranslation();
  return (
    <>
      <FormField
        id="import-owner"
        label={t('collection.owner')}
        help={t(`collection.ownerHelp.${owner.way}`)}
        error={owner.way === 'person' ? undefined : error}
      >
        <Radio.Group
          id="import-owner"
          optionType="button"
          value={owner.way}
          onChange={(event) => onChange({ way: event.target.value, personId: owner.personId ?? null })}
          options={ways
            .filter((way) => mayAssign || way === 'me' || way === 'none')
            .map((way) => ({ value: way, label: t(`collection.ownerWays.${way}`) }))}
        />
      </FormField>
      {owner.way === 'person' ? (
        <FormField id="import-owner-person" label={t('collection.ownerPerson')} error={error}>
          <RecordSelect
            id="import-owner-person"
            kind="user"
            value={owner.personId ?? null}
            onChange={(personId) => onChange({ way: 'person', personId })}
          />
        </FormField>
      ) : null}
    </>
  );
}
