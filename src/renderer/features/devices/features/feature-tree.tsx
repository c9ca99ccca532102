import { useMemo, useState } from "react";
import type { CSSProperties } from "react";
import type { CameraFeature, CameraFeatureCategory } from "../../../../shared/domain/device-setup.ts";
import { Button, keepKeyboard } from "../../../ui/button.tsx";
import { classNames } from "../../../ui/class-names.ts";
import { Icon } from "../../../ui/icon.tsx";
import { Empty } from "../../../ui/notice.tsx";
import { SearchField } from "../../../ui/search-field.tsx";
import { Segmented } from "../../../ui/segmented.tsx";
import { VirtualList } from "../../../ui/virtual-list.tsx";
import { FEATURE_LEVELS, categoryNames, featureRows } from "./feature-rows.ts";
import type { FeatureLevel, FeatureRow } from "./feature-rows.ts";
import { FeatureValue } from "./feature-value.tsx";
import type { WriteFeature } from "./feature-value.tsx";
import type { FeatureValues } from "./feature-values.ts";
import { featureWords as words } from "./feature-words.ts";

/** The camera's own tree, searched by name and help; only lines in view exist, and only theirs are read. */
export function FeatureTree(props: { readonly root: CameraFeatureCategory; readonly values: FeatureValues; readonly write: WriteFeature; readonly about: string | undefined; readonly onAbout: (feature: CameraFeature) => void }) {
  const { root } = props;
  const [text, setText] = useState("");
  const [level, setLevel] = useState<FeatureLevel>("Beginner");
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set());
  const { rows, hidden } = useMemo(() => featureRows(root, { text, level, folded }), [root, text, level, folded]);
  const fold = (name: string): void => {
    const next = new Set(folded);
    if (!next.delete(name)) next.add(name);
    setFolded(next);
  };
  const next = FEATURE_LEVELS[FEATURE_LEVELS.indexOf(level) + 1];
  return (
    <div className="oc-features__tree">
      <div className="oc-features__bar" data-devices-search>
        <SearchField label={words.search} value={text} onChange={setText} testId="feature-search" />
        <Segmented label={words.level} value={level} options={FEATURE_LEVELS.map((value) => ({ value, label: words.levels[value], hint: words.levelHints[value] }))} onChoose={setLevel} testId="feature-level" />
        <Button tone="quiet" label={folded.size === 0 ? words.foldAll : words.unfoldAll} onPress={() => { setFolded(folded.size === 0 ? new Set(categoryNames(root)) : new Set()); }} testId="feature-fold-all" />
      </div>
      {rows.length === 0 ? <Empty title={text === "" ? words.empty : words.none} /> : (
        <VirtualList rows={rows} rowEm={2.5} label={words.search} testId="feature-list" keyOf={({ key }) => key}
          render={(row) => (row.kind === "category" ? <Category row={row} onFold={() => { fold(row.name); }} /> : (
            <div className={classNames("oc-features__row", row.feature.name === props.about && "oc-features__row--about")} style={{ "--depth": row.depth } as CSSProperties} title={row.feature.toolTip}
              onMouseEnter={() => { props.onAbout(row.feature); }} onFocus={() => { props.onAbout(row.feature); }} data-testid={`feature-${row.feature.name}`}>
              <span className="oc-features__name">{row.feature.displayName}</span>
              <FeatureValue place="tree" feature={row.feature} values={props.values} write={props.write} />
            </div>
          ))} />
      )}
      {hidden > 0 && next !== undefined ? <p className="oc-features__more">{words.more(hidden)} <Button label={words.showMore} onPress={() => { setLevel(next); }} testId="feature-more" /></p> : undefined}
    </div>
  );
}

function Category(props: { readonly row: Extract<FeatureRow, { readonly kind: "category" }>; readonly onFold: () => void }) {
  const { row } = props;
  return (
    <button type="button" className="oc-features__category" style={{ "--depth": row.depth } as CSSProperties} aria-expanded={row.isOpen} onMouseDown={keepKeyboard} onClick={props.onFold} data-testid={`category-${row.name}`}>
      <span className={classNames("oc-panel__chevron", row.isOpen && "oc-panel__chevron--open")}><Icon name="chevron" size={14} /></span>
      <span>{row.label}</span>
      <span className="oc-devices__quiet">{row.count}</span>
    </button>
  );
}
