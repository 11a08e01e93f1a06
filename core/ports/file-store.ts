// Where the bytes of uploads are; adapters/uploads keeps them sealed under DATA_DIR, core/uploads decides what is kept.
export interface FileStore {
  /** Safe on disk when it resolves. */
  put(tenantId: string, id: string, bytes: Buffer): Promise<void>
  /** Undefined when it is not there. @throws SECRET_UNREADABLE */
  get(tenantId: string, id: string): Promise<Buffer | undefined>
  /** Nothing happens when it is not there. */
  remove(tenantId: string, id: string): Promise<void>
}
