import { useEffect, useState } from "react";
import type { BatchStart } from "../../../shared/domain/batch.ts";
import { useInstrument } from "../../api/context.tsx";
import type { BatchDraftStore } from "./batch-draft.ts";
import { BatchForm } from "./batch-form.tsx";
import { BatchGallery } from "./batch-gallery.tsx";
import { BatchRun } from "./batch-run.tsx";
import { useBatch } from "./use-batch.ts";
import { batchWords as words } from "./words.ts";

/**
 * A folder of pictures looked at from end to end: start it, watch it, look through what was found. `inputs` come from
 * another screen and wait in the form, behind a batch that runs, until something was started.
 */
export function BatchScreen(props: { readonly draft: BatchDraftStore; readonly inputs: readonly string[]; readonly onTaken: () => void }) {
  const { client, store } = useInstrument();
  const status = useBatch();
  const [another, setAnother] = useState(props.inputs.length > 0);
  const { draft, inputs } = props;
  useEffect(() => {
    // Those that another screen sends are the whole of what is wanted.
    if (inputs.length > 0) draft.setState({ inputs });
  }, [draft, inputs]);
  const tell = async (what: string, task: () => Promise<unknown>): Promise<void> => {
    try {
      await task();
    } catch (error) {
      store.report(error, what);
    }
  };
  const start = async (wanted: BatchStart): Promise<void> => {
    await tell("Starting the batch", async () => {
      await client.call("batch.start", wanted);
      setAnother(false);
      draft.setState({ inputs: [] });
      props.onTaken();
    });
  };
  /** The same once more: finished files are not done again. */
  const goOn = (): void => {
    if (status?.order !== undefined) void start(status.order);
  };
  const showsForm = status === undefined || status.state === "idle" || (another && status.state !== "running" && status.state !== "canceling");
  return (
    <main className="oc-batch" aria-label={words.title}>
      <section className="oc-batch__side">
        <h1 className="oc-page__title">{words.title}</h1>
        {showsForm ? (
          <>
            <p className="oc-side__quiet">{words.lead}</p>
            <BatchForm draft={draft} onStart={start} />
          </>
        ) : (
          <BatchRun
            status={status}
            onCancel={() => void tell("Canceling the batch", () => client.call("batch.cancel", {}))}
            onGoOn={goOn}
            onShowResults={() => void tell("Showing the results", () => client.call("batch.showResults", {}))}
            onAnother={() => { setAnother(true); }}
          />
        )}
      </section>
      {!showsForm && (status.state === "done" || status.state === "canceled") ? <BatchGallery status={status} /> : <p className="oc-batch__waiting">{words.galleryWaiting}</p>}
    </main>
  );
}
