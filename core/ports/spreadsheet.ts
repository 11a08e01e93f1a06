// Tables people exchange as files: read row by row, written as workbooks; adapters/spreadsheet implements it, imports and exports in core call it.

export interface TableRow {
  readonly cells: readonly string[]
  /** 1-based, as the person sees it. */
  readonly line: number
}

export interface Sheet {
  readonly name: string
  readonly columns: readonly { readonly title: string; readonly width?: number }[]
  /** Cells are shown as written: nothing in them is ever a formula. */
  readonly rows: readonly (readonly (string | number | null)[])[]
}

export interface Spreadsheets {
  /**
   * Rows of the first sheet of an XLSX, or of a CSV in UTF-8, UTF-16 or GB18030; blank rows are left out. An XLSX is looked at before it is
   * unpacked.
   * @throws FILE_INVALID naming file, line and what is wrong
   */
  read(name: string, bytes: Buffer, mostRows: number): Promise<TableRow[]>
  /** An XLSX. */
  write(sheets: readonly Sheet[]): Promise<Buffer>
}
