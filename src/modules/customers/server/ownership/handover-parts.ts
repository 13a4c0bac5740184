import type { Context } from '#platform/context.ts';

/** What moves along with customers, kept by another module: tasks, promises, visits. */
export interface HandoverPart {
  /** Its name on the page is `customers.handovers.parts.<name>` in the module's locale files. */
  name: string;
  /** How much would move. */
  preview(context: Context, handover: { fromUserId: string; customerIds: string[] }): Promise<number>;
  /** Moves it, in the transaction in which the customers move, and tells what it moved. */
  move(
    context: Context,
    handover: { fromUserId: string; toUserId: string; customerIds: string[] },
  ): Promise<{ id: string; customerId: string }[]>;
  /** A stand-in ends: what was moved goes back, as far as it is still the stand-in's. What he made for himself stays his. */
  giveBack(context: Context, handover: { fromUserId: string; toUserId: string; ids: string[] }): Promise<void>;
  /** Lines for the receiver's brief of one customer. */
  brief?(context: Context, customerId: string): Promise<string[]>;
}
const parts: HandoverPart[] = [];
/** Lets a module move its own things along with a person's customers. Called once while modules load. */
export const registerHandover = (part: HandoverPart): void => void parts.push(part);
export const handoverParts = (): readonly HandoverPart[] => parts;
