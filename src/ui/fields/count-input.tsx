import { InputNumber, type InputNumberProps } from 'antd';
import { useState } from 'react';

/**
 * A whole number that must be there. What is out of bounds stays as typed and is refused at its field, not bent to the next bound in
 * silence; emptied it waits for what is typed next, and left empty it is what it was.
 */
export function CountInput({
  value,
  onChange,
  ...more
}: Omit<InputNumberProps<number>, 'value' | 'onChange' | 'min' | 'max'> & {
  value: number;
  onChange(value: number): void;
}) {
  const [empty, setEmpty] = useState(false);
  return (
    <InputNumber<number>
      precision={0}
      {...more}
      value={empty ? null : value}
      onChange={(next) => {
        setEmpty(next === null);
        if (next !== null) onChange(next);
      }}
      onBlur={() => setEmpty(false)}
    />
  );
}
