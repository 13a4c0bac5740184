import { Select } from 'antd';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

interface TextsInputProps {
  id: string;
  value: unknown;
  onChange(value: unknown): void;
}

const withTyped = (texts: string[], typed: string): string[] => [
  ...new Set([...texts, ...(typed.trim() === '' ? [] : [typed.trim()])]),
];

/** Several short texts. The one still being typed counts as well: who saves with the keys has not left the input. */
export function TextsInput({ value, onChange, ...common }: TextsInputProps) {
  const { t } = useTranslation();
  const all = (value ?? []) as string[];
  const [draft, setDraft] = useState({ texts: all, typed: '' });
  // After a separator the Select tells the new texts and that nothing is typed any more, both before the next render.
  const latest = useRef(draft);
  const change = (next: typeof draft) => {
    latest.current = next;
    setDraft(next);
    const texts = withTyped(next.texts, next.typed);
    onChange(texts.length > 0 ? texts : null);
  };
  const shown = withTyped(draft.texts, draft.typed).join('\n') === all.join('\n') ? draft : { texts: all, typed: '' };
  return (
    <Select
      {...common}
      className="full-width"
      mode="tags"
      open={false}
      suffixIcon={null}
      tokenSeparators={[';', '；', '\n']}
      value={shown.texts}
      searchValue={shown.typed}
      onSearch={(typed) => change({ texts: latest.current.texts, typed })}
      onChange={(texts: string[]) => change({ texts, typed: '' })}
      placeholder={t('ui.textsHint')}
    />
  );
}
