import { mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemSerialHost } from "./serial-host.ts";

describe("the serial ports of a computer", () => {
  let folder: string;
  let asked: number;
  let serialNumber: string;
  const host = (): ReturnType<typeof systemSerialHost> => systemSerialHost({
    folder,
    list: async () => {
      asked += 1;
      return [{ path: "/dev/ttyUSB0", vendorId: "0403", productId: "6001", serialNumber }];
    },
  });

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "ocular-ports-"));
    await writeFile(join(folder, "ttyUSB0"), "");
    [asked, serialNumber] = [0, "first"];
  });
  afterEach(() => rm(folder, { recursive: true }));

  it("are asked for once while nothing changes, whatever else lies beside them", async () => {
    const own = host();
    expect(await own.list()).toMatchObject([{ serialNumber: "first" }]);
    await writeFile(join(folder, "null"), "");
    await own.list();
    expect(asked).toBe(1);
    await writeFile(join(folder, "ttyACM0"), "");
    await own.list();
    expect(asked).toBe(2);
  });

  it("are asked for again when another adapter has the same name by the next look", async () => {
    const own = host();
    await own.list();
    serialNumber = "second";
    // Out and in again between two looks: the same name, another file.
    await writeFile(join(folder, "fresh"), "");
    await rename(join(folder, "fresh"), join(folder, "ttyUSB0"));
    expect(await own.list()).toMatchObject([{ serialNumber: "second" }]);
    expect(asked).toBe(2);
  });

  it("are listed each time where their names lie in no folder", async () => {
    const own = systemSerialHost({ folder: undefined, list: async () => { asked += 1; return []; } });
    await own.list();
    await own.list();
    expect(asked).toBe(2);
  });

  it("that cannot be listed say why in a clause", async () => {
    const own = systemSerialHost({ folder: undefined, list: () => Promise.reject(new Error("spawn udevadm ENOENT")) });
    await expect(own.list()).rejects.toThrow("udevadm is not installed: name the port by its path");
  });
});
