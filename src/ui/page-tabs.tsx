import { Tabs, type TabsProps } from 'antd';
import { oneOf, useAddress } from './address.ts';

/** Tabs of a page; the open one stands in the address, where it is not the first. */
export function PageTabs(
  props: Omit<TabsProps, 'activeKey' | 'onChange' | 'className'> & Required<Pick<TabsProps, 'items'>>,
) {
  const keys = props.items.map((item) => item.key);
  const [{ tab }, put] = useAddress({ tab: oneOf(keys, keys[0] ?? '') });
  return <Tabs {...props} className="page-tabs" activeKey={tab} onChange={(next) => put({ tab: next })} />;
}
