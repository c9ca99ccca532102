import { useEffect, useState } from "react";
import type { BatchStatus } from "../../../shared/domain/batch.ts";
import { useInstrument } from "../../api/context.tsx";

/** The app's batch as it goes on; undefined until the first answer. */
export function useBatch(): BatchStatus | undefined {
  const { client, store } = useInstrument();
  const [status, setStatus] = useState<BatchStatus | undefined>(undefined);
  useEffect(() => {
    let heard = false;
    let current = true;
    const stop = client.on("batch", (next) => {
      heard = true;
      setStatus(next);
    });
    client.call("batch.status", {}).then(
      // An event on the way is newer than this answer.
      (first) => { if (current && !heard) setStatus(first); },
      (error: unknown) => { store.report(error, "Asking for the batch"); },
    );
    return () => {
      current = false;
      stop();
    };
  }, [client, store]);
  return status;
}
