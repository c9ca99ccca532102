import { usb } from "usb";
import { UsbError, type UsbProblem } from "./usb-device.ts";

/** libusb's codes: negative ones refuse a request, positive ones tell how a transfer ended. */
const PROBLEMS: ReadonlyMap<number, UsbProblem> = new Map<number, UsbProblem>([
  [usb.LIBUSB_ERROR_NO_DEVICE, "disconnected"],
  [usb.LIBUSB_ERROR_ACCESS, "refused"],
  [usb.LIBUSB_ERROR_NOT_SUPPORTED, "refused"],
  [usb.LIBUSB_ERROR_BUSY, "busy"],
  [usb.LIBUSB_ERROR_PIPE, "stalled"],
  [usb.LIBUSB_ERROR_OVERFLOW, "overflow"],
  [usb.LIBUSB_TRANSFER_CANCELLED, "canceled"],
  [usb.LIBUSB_TRANSFER_STALL, "stalled"],
  [usb.LIBUSB_TRANSFER_NO_DEVICE, "disconnected"],
  [usb.LIBUSB_TRANSFER_OVERFLOW, "overflow"],
]);

/** Whatever libusb threw, as an error of the seam; one of the seam's own stays what it is. */
export function libusbError(error: unknown): UsbError {
  if (error instanceof UsbError) return error;
  const code = error instanceof Error && "errno" in error && typeof error.errno === "number" ? error.errno : 0;
  return new UsbError(PROBLEMS.get(code) ?? "failed", error instanceof Error ? error.message : String(error), { cause: error });
}
