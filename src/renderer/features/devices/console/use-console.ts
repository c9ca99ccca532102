import { useEffect, useState } from "react";
import { describeError, errorDataOf } from "../../../../shared/errors.ts";
import { useInstrument } from "../../../api/context.tsx";
import { deviceWords as words } from "../words.ts";
import { emptyConsole, withLines } from "./console-log.ts";
import type { ConsoleLog } from "./console-log.ts";

/** The conversation with a device, for as long as it is looked at. */
export function useConsole(key: string): { readonly log: ConsoleLog; readonly problem: string | undefined } {
  const { client, store } = useInstrument();
  const [log, setLog] = useState<ConsoleLog>(emptyConsole);
  const [problem, setProblem] = useState<string | undefined>(undefined);
  useEffect(() => {
    let isCurrent = true;
    setLog(emptyConsole);
    setProblem(undefined);
    const stop = client.on("console", (lines) => { if (lines.key === key) setLog((before) => withLines(before, lines)); });
    const begin = async (): Promise<void> => {
      try {
        await client.call("devices.watchConsole", { key });
        const before = await client.call("devices.console", { key });
        if (isCurrent) setLog((now) => withLines(now, before));
      } catch (error) {
        if (isCurrent) setProblem(describeError(errorDataOf(error, words.readingConsole)));
      }
    };
    void begin();
    return () => {
      isCurrent = false;
      stop();
      client.call("devices.watchConsole", {}).catch((error: unknown) => { store.report(error, words.readingConsole); });
    };
  }, [client, store, key]);
  return { log, problem };
}
