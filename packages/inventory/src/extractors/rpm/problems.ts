// Sentences about one file of a database that its other file may answer.

export const NO_TABLE = 'The database has no table of packages.'
export const LOG_ALONE =
  'The package database has a write-ahead log: packages that it removes or upgrades are listed as well.'
