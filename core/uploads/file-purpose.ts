// What the product can do with a file somebody sent: one entry per command that takes files; bot/runtime/file-purposes.ts is the list.
import type { Upload, UploadKind } from './upload.js'

export interface FilePurpose {
  /** What to say to have it done, as it would be typed. */
  readonly sentence: string
  readonly title: string
  readonly kinds: readonly UploadKind[]
  /** Narrower than the kind, by name; absent: any name. */
  fits?(upload: Upload): boolean
}
