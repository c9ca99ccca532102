import { useEffect, useMemo, useState } from "react";
import { useStore } from "zustand";
import { useInstrument, useInstrumentState } from "../../api/context.tsx";
import { Button } from "../../ui/button.tsx";
import { Empty, Notice, Skeleton } from "../../ui/notice.tsx";
import { formatDateTime } from "../../ui/format.ts";
import { SelectField } from "../../ui/select-field.tsx";
import { createCropStore } from "./crop-store.ts";
import { createExplorerController } from "./explorer-controller.ts";
import type { ExplorerController } from "./explorer-controller.ts";
import { CellSide } from "./cell-side.tsx";
import { PlotSide } from "./plot-side.tsx";
import { ProgressLine } from "../../ui/progress-line.tsx";
import { projectInWorker } from "./projector.ts";
import { explorerWords as words } from "./words.ts";

/** Cells of a session as numbers and as pictures, each leading to the other. */
export function ExplorerScreen(props: { readonly open: string | undefined; readonly onOpen: (name: string) => void }) {
  const { client } = useInstrument();
  const openName = useInstrumentState((state) => state.snapshot?.session?.name);
  const [controller] = useState(() => createExplorerController(client, projectInWorker));
  const [crops] = useState(() => createCropStore(client));
  const [wanted] = useState(props.open ?? openName);
  const state = useStore(controller.store);
  useEffect(() => {
    void controller.start(wanted);
    return () => { controller.stop(); };
  }, [controller, wanted]);

  const options = useMemo(
    () => (state.sessions ?? []).map(({ name, details, startedAt }) => {
      // A specimen is looked at more than once: the time tells its sessions apart.
      const title = [details?.specimenId ?? name, ...(startedAt === undefined ? [] : [formatDateTime(startedAt)])].join(", ");
      return { value: name, label: name === openName ? words.openSession(title) : title };
    }),
    [state.sessions, openName],
  );
  const choose = (name: string): void => {
    props.onOpen(name);
    void controller.open(name);
  };
  if (state.sessions?.length === 0 && state.opening.kind === "none") {
    return <main className="oc-explorer" aria-label={words.title}><Empty title={words.noSessions} testId="explorer-empty">{words.noSessionsHint}</Empty></main>;
  }
  return (
    <main className="oc-explorer" aria-label={words.title} data-state={state.opening.kind} data-testid="explorer">
      <header className="oc-explorer__head">
        <h1 className="oc-page__title">{words.title}</h1>
        {state.name === undefined ? undefined : <SelectField label={words.session} value={state.name} options={options} onChoose={choose} testId="explorer-session" />}
      </header>
      <Opened controller={controller} crops={crops} />
    </main>
  );
}

function Opened(props: { readonly controller: ExplorerController; readonly crops: ReturnType<typeof createCropStore> }) {
  const { controller } = props;
  const opening = useStore(controller.store, (state) => state.opening);
  const name = useStore(controller.store, (state) => state.name);
  const session = useStore(controller.store, (state) => state.session);
  const table = useStore(controller.store, (state) => state.table);
  switch (opening.kind) {
    case "none":
    case "opening":
      return <Empty title={words.opening}><Skeleton lines={4} /></Empty>;
    case "measuring":
      return <Empty title={words.measuring(opening.done, opening.total)}><ProgressLine done={opening.done} total={opening.total} label={words.measuring(opening.done, opening.total)} /></Empty>;
    case "failed":
      return (
        <div className="oc-page">
          <Notice tone="error" testId="explorer-failed" action={name === undefined ? undefined : <Button label={words.again} onPress={() => void controller.open(name)} />}>{opening.text}</Notice>
        </div>
      );
    case "ready":
      if (session === undefined || table === undefined || name === undefined) return undefined;
      if (table.cells.length === 0) return <Empty title={words.noCells} testId="explorer-no-cells">{words.noCellsHint}</Empty>;
      return (
        <div className="oc-explorer__sides">
          <PlotSide controller={controller} session={session} table={table} />
          <CellSide controller={controller} name={name} session={session} table={table} crops={props.crops} />
        </div>
      );
  }
}
