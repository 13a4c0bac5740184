/** The classes a customer has, and the values each may take, best first: the order decides what is up and what is down. */
export const classValues = {
  timeClass: ['current', 'future', 'former'],
  tenureClass: ['old', 'new', 'potential'],
  processClass: ['ongoing', 'upcoming', 'done'],
  volumeClass: ['main', 'general', 'sporadic'],
  grade: [] as string[],
  importance: ['key', 'special', 'general'],
  ladder: ['partner', 'advocate', 'supporter', 'client', 'customer', 'buyer', 'prospect', 'suspect'],
  abcClass: ['A', 'B', 'C'],
  rfmSegment: [
    'importantValue',
    'importantDevelop',
    'importantKeep',
    'importantRetain',
    'generalValue',
    'generalDevelop',
    'generalKeep',
    'generalRetain',
  ],
} satisfies Record<string, string[]>;

export const dimensions = [
  'timeClass',
  'tenureClass',
  'processClass',
  'volumeClass',
  'grade',
  'importance',
  'ladder',
  'abcClass',
  'rfmSegment',
] as const;
export type Dimension = (typeof dimensions)[number];

/** Classes a person may set against the facts or rules, with a reason. */
export const overridable = [
  'timeClass',
  'tenureClass',
  'processClass',
  'volumeClass',
  'grade',
  'importance',
  'ladder',
] as const;
export type Overridable = (typeof overridable)[number];

/** Classes that follow rules written in the condition language. */
export const ruled = ['grade', 'importance', 'ladder'] as const;
export type Ruled = (typeof ruled)[number];

export const schemes = ['divisions', 'abc', 'rfm', 'grade', 'importance', 'ladder'] as const;
export type SchemeKey = (typeof schemes)[number];
