export * from './activity-contract.ts';
export * from './comment-contract.ts';
export * from './task-contract.ts';
export * from './today-contract.ts';
