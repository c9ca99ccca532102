import { usb } from "usb";
import { describe, expect, it } from "vitest";
import { systemClock } from "../../../runtime/system-clock.ts";
import { createLibusbBus } from "./libusb-bus.ts";
import { libusbError } from "./libusb-errors.ts";
import { UsbError } from "./usb-device.ts";

describe("the USB of this computer", () => {
  it("is looked at without opening what is not wanted, and let go again", async () => {
    const seen: string[] = [];
    const bus = createLibusbBus({
      clock: systemClock,
      wants: ({ place }) => {
        seen.push(place);
        return false;
      },
    });
    expect(await bus.list()).toEqual([]);
    // As many as the computer has, which may be none.
    expect(new Set(seen).size).toBe(seen.length);
    await bus.dispose();
    expect([usb.listenerCount("attach"), usb.listenerCount("detach")]).toEqual([0, 0]);
  });

  it("has its errors told apart by libusb's codes", () => {
    const coded = (errno: number): Error => Object.assign(new Error(`code ${errno}`), { errno });
    expect(libusbError(coded(usb.LIBUSB_ERROR_NO_DEVICE)).problem).toBe("disconnected");
    expect(libusbError(coded(usb.LIBUSB_TRANSFER_NO_DEVICE)).problem).toBe("disconnected");
    expect(libusbError(coded(usb.LIBUSB_ERROR_ACCESS)).problem).toBe("refused");
    expect(libusbError(coded(usb.LIBUSB_ERROR_BUSY)).problem).toBe("busy");
    expect(libusbError(coded(usb.LIBUSB_TRANSFER_STALL)).problem).toBe("stalled");
    expect(libusbError(coded(usb.LIBUSB_TRANSFER_CANCELLED)).problem).toBe("canceled");
    expect(libusbError(coded(-99)).problem).toBe("failed");
    expect(libusbError("what").message).toBe("what");
    const own = new UsbError("busy", "own");
    expect(libusbError(own)).toBe(own);
  });
});
