import type { ReactNode } from "react";
import { useInstrumentState } from "../../api/context.tsx";
import { missingRoles } from "../../parts/missing-roles.ts";
import { classNames } from "../../ui/class-names.ts";
import { formatBytes, formatCount } from "../../ui/format.ts";
import { formatNumber } from "../../ui/number-edit.ts";
import { useLiveState } from "./live-context.tsx";
import { DISK_LOW_BYTES } from "./picture-state.ts";
import { liveWords as words } from "./words.ts";
import { analysisText, lostAnalyses, lostFrames, reasonsText } from "./status-line.ts";

/** Main's loop is late by more than this: the instrument itself struggles. */
const LOOP_DELAY_WARNS_MS = 50;

/** The instrument's health in one line; every number with its unit, every tooltip with its meaning. */
export function StatusBar() {
  const rates = useInstrumentState((state) => state.snapshot?.rates);
  const ledger = useInstrumentState((state) => state.snapshot?.ledger);
  const disk = useInstrumentState((state) => state.snapshot?.disk);
  const analyzer = useInstrumentState((state) => state.snapshot?.analyzer);
  const missing = missingRoles(useInstrumentState((state) => state.devices));
  const displayFps = useLiveState((state) => state.displayFps);
  const framesLate = useLiveState((state) => state.framesLate);
  const zoom = useLiveState((state) => state.zoom);
  const hasPicture = useLiveState((state) => state.picture !== "none");
  const lost = ledger === undefined ? 0 : lostFrames(ledger);
  const analysesLost = ledger === undefined ? 0 : lostAnalyses(ledger);
  return (
    <footer className="oc-status" aria-label="Instrument status" data-testid="status-bar">
      <Item id="camera-fps" title="Frames a second from the camera">{rates === undefined ? "–" : formatNumber(rates.cameraFps, 1)} fps camera</Item>
      {displayFps === undefined ? undefined : <Item id="display-fps" title="Frames a second on this screen">{formatNumber(displayFps, 1)} fps shown</Item>}
      <Item id="analysis" title={`Time of one analysis (median)${rates === undefined ? "" : `; ${formatNumber(rates.analysisFps, 1)} analyses a second`}; age is how many frames the overlay lies behind the picture`} warns={analyzer?.state === "failed" || analyzer?.state === "restarting"}>
        {analysisText(analyzer, rates?.analysisMs, framesLate)}
      </Item>
      <Item id="skipped" title={ledger === undefined ? "" : `By policy, nothing is wrong: ${formatCount(ledger.analysisSkipped)} frames not analysed because a newer one came, ${formatCount(ledger.displaySkipped)} not shown`}>{ledger === undefined ? "–" : formatCount(ledger.analysisSkipped)} skipped</Item>
      <Item id="lost" title={ledger === undefined ? "" : `Frames lost: ${reasonsText(ledger.lost)}. Analyses lost: ${reasonsText(ledger.analysisLost)}. ${ledger.balanced ? "Every frame is accounted for." : "The account does not add up yet: frames are under way."}`} warns={lost + analysesLost > 0}>
        {formatCount(lost)} lost{analysesLost === 0 ? "" : `, ${formatCount(analysesLost)} analyses lost`}
      </Item>
      {missing.length === 0 ? undefined : <Item id="devices" title={[...new Set(missing.map(({ missing: why }) => why))].join(" ")} warns>{words.devicesMissing(new Set(missing.map(({ configured, role }) => configured?.device ?? role)).size)}</Item>}
      <span className="oc-status__space" />
      <Item id="zoom" title="Screen pixels per camera pixel" isSpare>{zoom === undefined || !hasPicture ? "–" : `${formatNumber(zoom * 100, 0)} % zoom`}</Item>
      <Item id="loop" isSpare title="How late the instrument's main loop runs at worst (99th percentile of the last 10 s)" warns={(rates?.loopDelayP99Ms ?? 0) > LOOP_DELAY_WARNS_MS}>{rates === undefined ? "–" : formatNumber(rates.loopDelayP99Ms, 0)} ms loop</Item>
      <Item id="disk" title={disk === undefined ? "The session disk is not known" : `Free on the disk of ${disk.folder}`} warns={disk !== undefined && disk.freeBytes < DISK_LOW_BYTES}>{disk === undefined ? "–" : formatBytes(disk.freeBytes)} free</Item>
    </footer>
  );
}

function Item(props: { readonly id: string; readonly title: string; readonly warns?: boolean; /** Of those that read the line, few miss it in a narrow window. */ readonly isSpare?: boolean; readonly children: ReactNode }) {
  return <span className={classNames("oc-status__item", props.warns === true ? "oc-status__item--warns" : props.isSpare === true && "oc-status__item--spare")} title={props.title} data-testid={`status-${props.id}`}>{props.warns === true ? "▲ " : ""}{props.children}</span>;
}
