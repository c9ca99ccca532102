import { describe, expect, it } from "vitest";
import { syncFolder } from "./session-files.ts";

/** A folder on a disk whose sync fails with this code. */
function folderThat(code: string): { open: () => Promise<{ sync(): Promise<void>; close(): Promise<void> }>; closed(): boolean } {
  let isClosed = false;
  return {
    closed: () => isClosed,
    open: () => Promise.resolve({
      sync: () => Promise.reject(Object.assign(new Error(`${code}: made by a test`), { code })),
      close: () => {
        isClosed = true;
        return Promise.resolve();
      },
    }),
  };
}

describe.skipIf(process.platform === "win32")("syncFolder", () => {
  it.each(["EINVAL", "ENOSYS", "ENOTSUP", "EBADF"])("takes %s for a disk that has no sync of folders", async (code) => {
    const folder = folderThat(code);
    await syncFolder("/share", folder.open);
    expect(folder.closed()).toBe(true);
  });

  it.each(["EIO", "ENOSPC"])("tells %s", async (code) => {
    const folder = folderThat(code);
    await expect(syncFolder("/disk", folder.open)).rejects.toMatchObject({ code });
    expect(folder.closed()).toBe(true);
  });
});
