import { useCallback, useEffect, useMemo, useState } from "react";
import { describeError, errorDataOf, isOcularError } from "../../../shared/errors.ts";
import type { OpeningProgress, SessionSummary, SessionView } from "../../../shared/ipc/contract.ts";
import { useInstrument, useInstrumentState } from "../../api/context.tsx";
import { Button } from "../../ui/button.tsx";
import { classNames } from "../../ui/class-names.ts";
import { formatDateTime, formatPlural } from "../../ui/format.ts";
import { Icon } from "../../ui/icon.tsx";
import type { IconName } from "../../ui/icon.tsx";
import { Empty, Notice, Skeleton } from "../../ui/notice.tsx";
import { SearchField } from "../../ui/search-field.tsx";
import { VirtualList } from "../../ui/virtual-list.tsx";
import { OpeningLine } from "../../parts/opening-line.tsx";
import { matchingSessions } from "./matching-sessions.ts";
import { SessionScreen } from "./session-screen.tsx";
import { libraryWords as words } from "./words.ts";

type Loaded<T> = { readonly kind: "loading" } | { readonly kind: "failed"; readonly text: string } | { readonly kind: "ready"; readonly value: T };
const LOADING = { kind: "loading" } as const;
/** Two lines of text and their edges. */
const ROW_EM = 4;

/** Saved sessions on the left, the chosen one on the right: checked, and only to look at. */
export function LibraryScreen(props: { readonly open: string | undefined; readonly onOpen: (name: string) => void; readonly onContinued: () => void; readonly onAnalyseAgain: (folder: string) => void }) {
  const { client } = useInstrument();
  const [list, setList] = useState<Loaded<readonly SessionSummary[]>>(LOADING);
  const [asked, setAsked] = useState(0);
  const liveSession = useInstrumentState((state) => state.snapshot?.session?.name);
  useEffect(() => {
    let current = true;
    client.call("library.list", {}).then(
      (value) => { if (current) setList({ kind: "ready", value }); },
      (error: unknown) => { if (current) setList({ kind: "failed", text: describeError(errorDataOf(error, "Listing the sessions")) }); },
    );
    return () => { current = false; };
  }, [client, asked, liveSession]);

  return (
    <main className="oc-library" aria-label="Library">
      <section className="oc-library__list" aria-label={words.title}>
        <header className="oc-page__head">
          <h1 className="oc-page__title">{words.title}</h1>
          <Button iconOnly tone="quiet" icon="refresh" label="Look again" onPress={() => { setAsked(asked + 1); }} />
        </header>
        {list.kind === "loading" ? <Skeleton lines={8} /> : undefined}
        {list.kind === "failed" ? <Notice tone="error">{list.text}</Notice> : undefined}
        {list.kind === "ready" && list.value.length === 0 ? <Empty title={words.empty} testId="library-empty">{words.emptyHint}</Empty> : undefined}
        {list.kind === "ready" && list.value.length > 0 ? <Rows sessions={list.value} open={props.open} onOpen={props.onOpen} /> : undefined}
      </section>
      {props.open === undefined ? <Empty title={list.kind === "ready" && list.value.length === 0 ? words.nothingToOpen : words.choose}>{words.chooseHint}</Empty> : <Opened key={props.open} name={props.open} onContinued={props.onContinued} onAnalyseAgain={props.onAnalyseAgain} />}
    </main>
  );
}

const STATE_ICONS: Readonly<Record<SessionSummary["state"], IconName>> = { open: "live", sealed: "ok", recovered: "warning", damaged: "error" };

/** All of them, or those with what was typed. The arrow keys go along, Enter or a click opens; the open one is in sight. */
function Rows(props: { readonly sessions: readonly SessionSummary[]; readonly open: string | undefined; readonly onOpen: (name: string) => void }) {
  const { sessions, open } = props;
  const [typed, setTyped] = useState("");
  const [pointed, setPointed] = useState(open);
  const shown = useMemo(() => matchingSessions(sessions, typed), [sessions, typed]);
  return (
    <>
      <div className="oc-library__search">
        <SearchField label={words.search} value={typed} onChange={setTyped} testId="library-search" />
        <span role="status" data-testid="library-shown">{words.shown(shown.length, sessions.length)}</span>
      </div>
      <VirtualList
        rows={shown}
        rowEm={ROW_EM}
        keyOf={({ name }) => name}
        label={words.title}
        choice={{ chosenKey: pointed, onChoose: setPointed, onTake: props.onOpen }}
        render={(summary) => <Row summary={summary} isOpen={summary.name === open} isPointed={summary.name === pointed} />}
      />
    </>
  );
}

function Row(props: { readonly summary: SessionSummary; readonly isOpen: boolean; readonly isPointed: boolean }) {
  const { summary, isOpen, isPointed } = props;
  return (
    <div title={summary.problem ?? summary.name} className={classNames("oc-library__row", isOpen && "oc-library__row--open", isPointed && "oc-library__row--pointed")} aria-current={isOpen} data-testid="library-row" data-session={summary.name}>
      <span className="oc-library__line">
        <strong>{summary.details?.specimenId ?? summary.name}</strong>
        <span className={`oc-state oc-state--${summary.state}`} title={words.stateHints[summary.state]} data-testid="library-state"><Icon name={STATE_ICONS[summary.state]} size={14} />{words.states[summary.state]}</span>
      </span>
      <span className="oc-library__line oc-library__line--quiet">
        <span>{[...(summary.startedAt === undefined ? [] : [formatDateTime(summary.startedAt)]), ...(summary.details === undefined ? [] : [summary.details.operator])].join(", ")}</span>
        {summary.problem === undefined ? <span>{formatPlural(summary.total, "cell", "cells")} in {formatPlural(summary.fields, "field", "fields")}</span> : <span className="oc-library__problem">{summary.problem}</span>}
      </span>
    </div>
  );
}

type Opening = Loaded<SessionView> | { readonly kind: "canceled" };

function Opened(props: { readonly name: string; readonly onContinued: () => void; readonly onAnalyseAgain: (folder: string) => void }) {
  const { client, store } = useInstrument();
  const [session, setSession] = useState<Opening>(LOADING);
  const [progress, setProgress] = useState<OpeningProgress | undefined>(undefined);
  const [asked, setAsked] = useState(0);
  const cancel = useCallback(() => {
    client.call("library.cancelOpen", {}).catch((error: unknown) => { store.report(error, words.openingWork); });
  }, [client, store]);
  useEffect(() => {
    let isWanted = true;
    let isOver = false;
    const take = (outcome: Opening): void => {
      isOver = true;
      if (isWanted) setSession(outcome);
    };
    const unsubscribe = client.on("opening", (told) => { if (told.name === props.name) setProgress(told); });
    client.call("library.open", { name: props.name }).then(
      (value) => { take({ kind: "ready", value }); },
      (error: unknown) => { take(isOcularError(error, "Canceled") ? { kind: "canceled" } : { kind: "failed", text: describeError(errorDataOf(error, words.openingWork)) }); },
    );
    return () => {
      isWanted = false;
      unsubscribe();
      // Nobody waits for it any more: the disk is free for what is opened next.
      if (!isOver) cancel();
    };
  }, [client, cancel, props.name, asked]);
  switch (session.kind) {
    case "loading":
      return <Empty title={words.opening} testId="library-opening"><OpeningLine progress={progress} onCancel={cancel} /></Empty>;
    case "canceled":
      return <Empty title={words.canceled} testId="library-canceled"><Button label={words.openAgain} onPress={() => { setProgress(undefined); setSession(LOADING); setAsked(asked + 1); }} testId="library-open-again" /></Empty>;
    case "failed":
      return <div className="oc-page"><Notice tone="error" testId="verify-result">{session.text}</Notice></div>;
    case "ready":
      return <SessionScreen session={session.value} onContinued={props.onContinued} onAnalyseAgain={props.onAnalyseAgain} />;
  }
}
