export { leavesOf, registerLeafMeaning } from './server/derived-conditions.ts';
export { createField } from './server/designer.ts';
export { bumpDictionary, dictionaryFor, fullDictionary, ofDictionary, searched } from './server/dictionary.ts';
export { fieldsShown, hiddenContactsSql, hidesContacts } from './server/hidden-contacts.ts';
export { isLinked, linkLabels, namesById, readLinks, registerLinked, unknownLinks } from './server/links.ts';
export type { PageRequest, RecordQuery } from './server/list.ts';

export {
  conditionSql,
  countRecords,
  listRecords,
  matchingIds,
  recordsWhere,
  visibleRecords,
  wantedFields,
} from './server/list.ts';

export { retireNumbers, takeNumbers } from './server/numbering.ts';
export { setFieldOptions } from './server/options.ts';
export { claimValues, openPicture, savePictures } from './server/pictures.ts';
export { goneFromSearch, leftInSearch, reindexKind } from './server/reindex.ts';
export { withScores } from './server/scores.ts';
export { confirmHits, readsWholeIndex, searchParts } from './server/search-text.ts';
export { extendObject, extensionKeys, registerObject, seedDictionary } from './server/seed.ts';
export { dropUniqueValues, setUniqueValues } from './server/unique.ts';
export {
  applies,
  type CheckOptions,
  canonical,
  checkValues,
  fromListRow,
  fromRow,
  toColumns,
  toRow,
} from './server/values.ts';
export type { FieldSpec, ObjectSpec, SectionSpec } from './spec.ts';
export { columnOf, fieldsOf, optionsFrom } from './spec.ts';

import type { FileStore } from '#platform/files/store.ts';
import type { ServerModule } from '#platform/module.ts';
import { fieldPermissions } from './permissions.ts';
import { pictureRoutes } from './server/pictures.ts';
import { fieldRoutes } from './server/routes.ts';

/** The field dictionary, its designer, and the pictures that are values of its fields. */
export const fieldsModule = ({ files }: { files: FileStore }): ServerModule => ({
  name: 'fields',
  permissions: fieldPermissions,
  routes: [...fieldRoutes, ...pictureRoutes(files)],
});
export { writeMany } from './server/write-many.ts';
