import { useEffect, useRef, useState } from "react";
import { createLatestSender } from "./latest-sender.ts";

/**
 * A value that lives in a device: what the person asked for is shown at once, what the device answers replaces it. While
 * one request is under way only the newest next one waits.
 */
export function useDeviceValue(trueValue: number | undefined, send: (value: number) => Promise<void>): { readonly value: number | undefined; readonly apply: (value: number) => void } {
  const [asked, setAsked] = useState<number | undefined>(undefined);
  const latestSend = useRef(send);
  useEffect(() => {
    latestSend.current = send;
  });
  const [sender] = useState(() => createLatestSender<number>((value) => latestSend.current(value), () => { setAsked(undefined); }));
  return {
    value: asked ?? trueValue,
    apply: (value) => {
      setAsked(value);
      sender.send(value);
    },
  };
}
