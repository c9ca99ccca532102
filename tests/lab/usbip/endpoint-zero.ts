import type { UsbSetup } from "../../../src/engine/devices/transports/usb/usb-device.ts";
import type { Pipes } from "../usb/pipes.ts";
import type { UsbModel } from "../usb/usb-model.ts";
import { descriptorsOf } from "./descriptors.ts";

const REQUEST = { getStatus: 0, clearFeature: 1, setFeature: 3, getDescriptor: 6, getConfiguration: 8, setConfiguration: 9, getInterface: 10, setInterface: 11, setSel: 48, setDelay: 49 } as const;
const KIND_MASK = 0x60;
const NOTHING = new Uint8Array(0);

/** Answers control transfers: those of every device here, the rest by the model. */
export function createEndpointZero(model: UsbModel, pipes: Pipes): (setup: UsbSetup, length: number, bytes: Uint8Array) => Uint8Array | "stall" {
  const descriptors = descriptorsOf(model);
  let configuration = 0;

  const standard = (setup: UsbSetup): Uint8Array | "stall" => {
    switch (setup.request) {
      case REQUEST.getDescriptor: return descriptors.get(setup.value) ?? "stall";
      case REQUEST.getStatus: return new Uint8Array(2);
      case REQUEST.getConfiguration: return new Uint8Array([configuration]);
      case REQUEST.setConfiguration:
        if (setup.value > 1) return "stall";
        configuration = setup.value;
        return NOTHING;
      case REQUEST.getInterface: return new Uint8Array(1);
      // There are no alternate settings.
      case REQUEST.setInterface: return setup.value === 0 ? NOTHING : "stall";
      // Power saving of the link: agreed to, and without consequence.
      case REQUEST.setFeature: case REQUEST.clearFeature: case REQUEST.setSel: case REQUEST.setDelay: return NOTHING;
      default: return "stall";
    }
  };

  return (setup, length, bytes) => {
    const isStandard = (setup.requestType & KIND_MASK) === 0;
    const answer = isStandard ? (pipes.halt(setup) ?? standard(setup)) : model.control(setup, length, bytes);
    return answer === "stall" ? answer : answer.subarray(0, length);
  };
}
