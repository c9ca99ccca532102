import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { type Bench, CAMERA_SERIAL, STAGE_SERIAL } from "./bench.ts";
import { attach, kernelDevice, runProgram, until } from "./guest-system.ts";

/** Attaches both devices and reads what the kernel made of their descriptors. */
export async function checkEnumeration({ checks, usbipPort, busIds, orders }: Bench): Promise<void> {
  await checks.check("Debian's usbip lists both devices", 20_000, async () => {
    const said = await runProgram("usbip", ["--tcp-port", String(usbipPort), "list", "-r", "10.0.2.2"], 15_000);
    assert.match(said, /1-1.*1209:0001/su);
    assert.match(said, /1-2.*1209:0002/su);
  });
  await checks.check("the kernel enumerates the camera at super speed", 40_000, async () => {
    await attach(usbipPort, busIds.camera);
    const device = await until("the camera is in sysfs", 20_000, () => kernelDevice(CAMERA_SERIAL));
    assert.deepEqual({ ...device, folder: "" }, { folder: "", speed: 5000, vendorId: "1209", productId: "0001", manufacturer: "Ocular Lab" });
  });
  await checks.check("the kernel enumerates the stage at high speed and gives it a terminal", 40_000, async () => {
    await attach(usbipPort, busIds.stage);
    const device = await until("the stage is in sysfs", 20_000, () => kernelDevice(STAGE_SERIAL));
    assert.deepEqual({ ...device, folder: "" }, { folder: "", speed: 480, vendorId: "1209", productId: "0002", manufacturer: "Ocular Lab" });
    await until("/dev/ttyACM0 is there", 20_000, () => (existsSync("/dev/ttyACM0") ? true : undefined));
    assert.equal((await orders.status()).stage.isAttached, true);
  });
}
