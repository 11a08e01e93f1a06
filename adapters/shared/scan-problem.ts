// What is wrong with a scanner's file and where; every reader throws it, read-scan.ts turns it into FILE_INVALID.
export class ScanProblem extends Error {
  constructor(
    /** Chinese, for the person who brought the file. */
    readonly problem: string,
    /** 1-based. */
    readonly line: number,
  ) {
    super(problem)
  }
}
