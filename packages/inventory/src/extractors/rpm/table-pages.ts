// What one file says of the pages of the table of packages: as plain data, so that it can be kept and joined with another file later.

/** [key of the row, its package among those of the file or -1, first page of what could not be followed or 0] */
export type TableCell = readonly [key: number, place: number, overflow: number]

/** Pages of the table of packages, as far as one file has them. */
export interface TablePages {
  readonly pageBytes: number
  readonly root: number | null
  readonly branches: readonly (readonly [page: number, children: readonly number[]])[]
  readonly leaves: readonly (readonly [page: number, cells: readonly TableCell[]])[]
}
