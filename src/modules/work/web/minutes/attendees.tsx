import { useQuery } from '@tanstack/react-query';
import { Select } from 'antd';
import { useDeferredValue, useState } from 'react';
import { useLookups } from '#ui/fields/lookups.tsx';

interface Props {
  id: string;
  value: string[];
  onChange(names: string[]): void;
}

/** Names of who was there: chosen from those known, or typed. */
export function Attendees({
  known = [],
  onSearch,
  ...props
}: Props & { known?: { name: string; more?: string }[]; onSearch?(typed: string): void }) {
  const names = [...new Map(known.map((person) => [person.name, person])).values()];
  return (
    <Select
      {...props}
      className="full-width"
      mode="tags"
      {...(names.length === 0 && !onSearch ? { open: false } : {})}
      suffixIcon={null}
      notFoundContent={null}
      tokenSeparators={['、', '，', ',']}
      {...(onSearch ? { showSearch: { onSearch } } : {})}
      options={names.map(({ name, more }) => ({ value: name, label: more ? `${name} · ${more}` : name }))}
      optionLabelProp="value"
    />
  );
}

/** The same for our side: colleagues are found by typing part of a name. */
export function ColleaguesPresent(props: Props) {
  const lookups = useLookups();
  const [typed, setTyped] = useState('');
  const query = useDeferredValue(typed);
  const found = useQuery({ queryKey: ['lookup', 'user', query], queryFn: () => lookups.user(query) });
  return <Attendees {...props} known={found.data ?? []} onSearch={setTyped} />;
}
