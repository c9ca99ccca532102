import { useMemo } from "react";
import { useStore } from "zustand";
import type { CameraFeature, CameraFeatureCategory } from "../../../../shared/domain/device-setup.ts";
import { limitsText, shownUnit } from "./feature-edit.ts";
import { allFeatures, essentialFeatures } from "./feature-rows.ts";
import { FeatureValue } from "./feature-value.tsx";
import type { WriteFeature } from "./feature-value.tsx";
import type { FeatureValues } from "./feature-values.ts";
import { featureWords as words } from "./feature-words.ts";

/** The few that everyone needs, and what the maker says of the feature that is looked at. */
export function FeatureAside(props: { readonly root: CameraFeatureCategory; readonly values: FeatureValues; readonly write: WriteFeature; readonly about: CameraFeature | undefined }) {
  const essentials = useMemo(() => essentialFeatures(allFeatures(props.root)), [props.root]);
  return (
    <div className="oc-features__aside">
      <section className="oc-features__needed" aria-label={words.essentials}>
        <h3 className="oc-devices__heading">{words.essentials}</h3>
        {essentials.map((feature) => (
          <div key={feature.name} className="oc-features__row" title={feature.toolTip} data-testid={`needed-${feature.name}`}>
            <span className="oc-features__name">{feature.displayName}</span>
            <FeatureValue place="needed" feature={feature} values={props.values} write={props.write} />
          </div>
        ))}
      </section>
      <About about={props.about} values={props.values} />
    </div>
  );
}

function About(props: { readonly about: CameraFeature | undefined; readonly values: FeatureValues }) {
  const { about } = props;
  const value = useStore(props.values.store, ({ values }) => (about === undefined ? undefined : values[about.name]));
  const limits = value === undefined || about === undefined ? "" : limitsText(value, shownUnit(about.unit));
  return (
    <section className="oc-features__about" aria-label={words.about} data-testid="feature-about">
      <h3 className="oc-devices__heading">{about?.displayName ?? words.about}</h3>
      {about === undefined ? <p className="oc-devices__note">{words.aboutNone}</p> : (
        <>
          <p>{about.help === "" ? about.toolTip : about.help}</p>
          <p className="oc-devices__quiet">
            {[`${words.nameInCamera}: ${about.name}`, `${words.visibility}: ${about.visibility}`, limits === "" ? "" : `${words.limits}: ${limits}`, value === undefined ? "" : words.access[value.access]].filter((each) => each !== "").join(". ")}
          </p>
          {value?.problem === undefined ? undefined : <p className="oc-devices__reason">{value.problem}</p>}
        </>
      )}
    </section>
  );
}
