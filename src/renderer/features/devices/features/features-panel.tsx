import { useCallback, useEffect, useState } from "react";
import { useStore } from "zustand";
import type { CameraFeature, CameraFeatureCategory } from "../../../../shared/domain/device-setup.ts";
import { describeError, errorDataOf } from "../../../../shared/errors.ts";
import { useInstrument } from "../../../api/context.tsx";
import { Button } from "../../../ui/button.tsx";
import { Empty, Notice, Skeleton } from "../../../ui/notice.tsx";
import { deviceWords } from "../words.ts";
import { FeatureAside } from "./feature-aside.tsx";
import { FeatureTree } from "./feature-tree.tsx";
import { createFeatureValues } from "./feature-values.ts";
import { featureWords as words } from "./feature-words.ts";

/** Values change by themselves (temperatures, what "auto" makes of the gain): those in view are read again this often. */
const REFRESH_MS = 1000;

/** All that a GenICam camera can be told, and beside it the few that everyone needs. */
export function FeaturesPanel(props: { readonly deviceKey: string }) {
  const { deviceKey } = props;
  const { client } = useInstrument();
  const [root, setRoot] = useState<CameraFeatureCategory | undefined>(undefined);
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const [about, setAbout] = useState<CameraFeature | undefined>(undefined);
  const [values] = useState(() => createFeatureValues({
    read: (names) => client.call("camera.readFeatures", { key: deviceKey, names }),
    soon: (task) => { requestAnimationFrame(task); },
    wordsOf: (error) => describeError(errorDataOf(error, words.reading)),
  }));
  const readProblem = useStore(values.store, (state) => state.problem);

  const load = useCallback(async (): Promise<void> => {
    setProblem(undefined);
    try {
      setRoot((await client.call("camera.features", { key: deviceKey })).root);
    } catch (error) {
      setProblem(describeError(errorDataOf(error, words.reading)));
    }
  }, [client, deviceKey]);
  useEffect(() => { void load(); }, [load]);
  useEffect(() => {
    const timer = setInterval(() => { values.refresh(); }, REFRESH_MS);
    return () => { clearInterval(timer); };
  }, [values]);

  /** Answers with what went wrong; what hangs together with it is read again. */
  const write = async (feature: CameraFeature, text: string): Promise<string | undefined> => {
    try {
      values.put(await client.call("camera.writeFeature", { key: deviceKey, name: feature.name, text }));
      return undefined;
    } catch (error) {
      return describeError(errorDataOf(error, words.writing(feature.displayName)));
    } finally {
      values.refresh();
    }
  };

  if (problem !== undefined) return <Empty title={problem} action={<Button label={deviceWords.tryAgain} onPress={() => void load()} />} />;
  if (root === undefined) return <div role="status"><p className="oc-devices__note">{words.loading}</p><Skeleton lines={8} /></div>;
  return (
    <section className="oc-features" aria-label={deviceWords.tabs.features}>
      {readProblem === undefined ? undefined : <Notice tone="error" testId="features-problem">{readProblem}</Notice>}
      <div className="oc-features__room">
        <FeatureTree root={root} values={values} write={write} onAbout={setAbout} about={about?.name} />
        <FeatureAside root={root} values={values} write={write} about={about} />
      </div>
    </section>
  );
}
