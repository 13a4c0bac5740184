import { Input } from 'antd';
import { useTyped } from './typed.ts';

/** The field a list is searched by. */
export function SearchBox(props: { label: string; value: string; onChange(words: string): void; maxLength?: number }) {
  const [typed, setTyped] = useTyped(props.value, props.onChange);
  return (
    <Input.Search
      className="list-search"
      allowClear
      aria-label={props.label}
      placeholder={props.label}
      maxLength={props.maxLength ?? 100}
      value={typed}
      onChange={(event) => setTyped(event.target.value)}
    />
  );
}
