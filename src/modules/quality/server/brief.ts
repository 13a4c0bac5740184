import { registerBriefPart } from '#modules/customers/index.ts';
import { customerCompleteness } from './completeness.ts';

registerBriefPart({ key: 'questions', permission: 'customer:read', read: customerCompleteness });
