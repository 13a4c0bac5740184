export * from './activity-contract.ts';
export * from './task-contract.ts';
