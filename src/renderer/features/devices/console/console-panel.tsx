import { useState } from "react";
import { useInstrument } from "../../../api/context.tsx";
import { Button } from "../../../ui/button.tsx";
import { copyText } from "../../../ui/copy-text.ts";
import { Empty, Notice } from "../../../ui/notice.tsx";
import { SearchField } from "../../../ui/search-field.tsx";
import { Segmented } from "../../../ui/segmented.tsx";
import { VirtualList } from "../../../ui/virtual-list.tsx";
import { useDevices, useDevicesState } from "../devices-context.tsx";
import { deviceWords as words } from "../words.ts";
import { filteredLines, textOfLines, timeOfLine } from "./console-log.ts";
import type { ConsoleFilter, ConsoleLog } from "./console-log.ts";
import { useConsole } from "./use-console.ts";

/** The conversation with a device as it goes on. It follows its end until somebody scrolls up. */
export function ConsolePanel(props: { readonly deviceKey: string }) {
  const { store } = useInstrument();
  const devices = useDevices();
  const bundling = useDevicesState((ui) => ui.busy.has("bundle"));
  const { log, problem } = useConsole(props.deviceKey);
  const [filter, setFilter] = useState<ConsoleFilter>({ text: "", direction: "all" });
  const [held, setHeld] = useState<ConsoleLog | undefined>(undefined);
  const { lines, dropped } = held ?? log;
  const shown = filteredLines(lines, filter);
  const waiting = held === undefined ? 0 : (log.lines.at(-1)?.sequence ?? -1) - (held.lines.at(-1)?.sequence ?? -1);
  const copy = (): void => {
    if (copyText(textOfLines(shown))) store.toast("notice", words.consoleCopied(shown.length));
    else store.toast("warning", words.consoleCopyFailed);
  };
  return (
    <section className="oc-console" aria-label={words.tabs.console}>
      <div className="oc-console__bar" data-devices-search>
        <SearchField label={words.consoleFilter} value={filter.text} onChange={(text) => { setFilter({ ...filter, text }); }} testId="console-filter" />
        <Segmented label={words.consoleFilter} value={filter.direction} onChoose={(direction) => { setFilter({ ...filter, direction }); }} testId="console-direction"
          options={[{ value: "all", label: words.consoleAll }, { value: ">", label: words.consoleTo }, { value: "<", label: words.consoleFrom }, { value: "#", label: words.consoleLine }]} />
        <Button icon={held === undefined ? "pause" : "play"} label={held === undefined ? words.consolePause : words.consoleGoOn} pressed={held !== undefined} onPress={() => { setHeld(held === undefined ? log : undefined); }} testId="console-pause" />
        <Button label={words.consoleCopy} disabled={shown.length === 0} onPress={copy} testId="console-copy" />
        <Button label={words.bundle} hint={words.bundleHint} disabled={bundling} onPress={() => void devices.supportBundle()} testId="console-bundle" />
      </div>
      {problem === undefined ? undefined : <Notice tone="error" testId="console-problem">{problem}</Notice>}
      {shown.length === 0 ? <Empty title={lines.length === 0 ? words.consoleEmpty : words.consoleNoMatch} /> : (
        <VirtualList rows={shown} rowEm={1.6} follow={held === undefined} label={words.tabs.console} testId="console-lines" keyOf={({ sequence }) => String(sequence)}
          render={({ time, direction, text }) => (
            <div className={`oc-console__line oc-console__line--${NAMES[direction]}`}>
              <span className="oc-console__time">{timeOfLine(time)}</span>
              <span className="oc-console__direction" title={words.directions[direction]}>{SIGNS[direction]}</span>
              <span className="oc-console__text oc-selectable">{text}</span>
            </div>
          )} />
      )}
      <p className="oc-console__foot" data-testid="console-count">
        {words.consoleCount(shown.length, lines.length)}{dropped === 0 ? "" : `; ${words.consoleDropped(dropped)}`}{held === undefined ? "" : `; ${words.consolePaused(waiting)}`}
      </p>
    </section>
  );
}

const SIGNS = { ">": "→", "<": "←", "#": "·" } as const;
const NAMES = { ">": "sent", "<": "received", "#": "line" } as const;
