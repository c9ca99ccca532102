import type { CSSProperties } from "react";

/** Strokes on a 20 x 20 grid, drawn for this app. */
const PATHS = {
  live: "M10 3v4M10 13v4M3 10h4M13 10h4M10 8.2a1.8 1.8 0 1 0 0 3.6 1.8 1.8 0 0 0 0-3.6",
  compare: "M3 4.5h6v11H3zM11 4.5h6v11h-6zM5.500 8.500h1M5.500 11.500h1M13.500 10h1",
  recipes: "M3 5h3M8 5h9M3 10h8M13 10h4M3 15h2M7 15h10M6 3.300v3.400M11.500 8.300v3.400M5.500 13.300v3.400",
  explorer: "M3.500 3.500v13h13M7 12.500h.100M9.500 9.500h.100M12 11h.100M14.500 6h.100M11.500 6.500h.100",
  batch: "M6.500 3.500h10v10h-10zM3.500 6.500v10h10M9 10.500l2-2.500 1.500 1.500 1-1 1 2z",
  library: "M3.5 16.5h13M5 16V5.5M8.5 16V5.5M12 16V8l3.3-.8 1.7 8.4",
  devices: "M10 13.5V17M6 17h8M7 3.5h4l1 6.5H8zM13.5 6a5 5 0 0 1 .5 8.5",
  settings: "M3 6h7M14 6h3M3 14h3M10 14h7M12 4.2a1.8 1.8 0 1 0 0 3.6 1.8 1.8 0 0 0 0-3.6M8 12.2a1.8 1.8 0 1 0 0 3.6 1.8 1.8 0 0 0 0-3.6",
  up: "M10 15V5M5.5 9.5 10 5l4.5 4.5",
  down: "M10 5v10M5.5 10.500l4.500 4.500 4.500-4.500",
  left: "M15 10H5M9.500 5.500 5 10l4.500 4.500",
  right: "M5 10h10M10.500 5.500 15 10l-4.500 4.500",
  stop: "M5.500 5.500h9v9h-9z",
  fit: "M3.500 7.500v-4h4M12.500 3.500h4v4M16.500 12.500v4h-4M7.500 16.500h-4v-4",
  contrast: "M10 3.500a6.500 6.500 0 1 0 0 13zM10 3.500a6.500 6.500 0 0 1 0 13",
  auto: "M4 16 9 4l5 12M5.800 12h6.400M16 4.500v3M14.500 6h3",
  crosshair: "M10 2.500v15M2.500 10h15M10 6a4 4 0 1 0 0 8 4 4 0 0 0 0-8",
  overlays: "M3.500 6.500h7v7h-7zM13 4.500h3.500V8M13 15.500h3.500V12",
  eye: "M2.500 10S5 5 10 5s7.500 5 7.500 5-2.500 5-7.500 5-7.500-5-7.500-5M10 8a2 2 0 1 0 0 4 2 2 0 0 0 0-4",
  "eye-off": "M3.500 3.500l13 13M7 5.700A8 8 0 0 1 10 5c5 0 7.500 5 7.500 5a12 12 0 0 1-2.300 2.900M12.500 14.500A8 8 0 0 1 10 15c-5 0-7.500-5-7.500-5a12 12 0 0 1 2.700-3.200",
  warning: "M10 3 17.500 16.500h-15zM10 8v4M10 14v.500",
  error: "M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14M7.500 7.500l5 5M12.500 7.500l-5 5",
  notice: "M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14M10 9v5M10 6v.500",
  ok: "M4 10.500l4 4 8-9",
  close: "M5 5l10 10M15 5 5 15",
  chevron: "M6 8l4 4 4-4",
  undo: "M5 8.500h7a3.500 3.500 0 0 1 0 7H8M8 5.500l-3 3 3 3",
  pause: "M7 5v10M13 5v10",
  play: "M6.500 4.500v11l9-5.500z",
  map: "M3 5l4.500-1.500 5 2L17 4v11l-4.500 1.500-5-2L3 16zM7.500 3.500v11M12.500 5.500v11",
  keyboard: "M2.500 5.500h15v9h-15zM5.500 8.500h.100M8.500 8.500h.100M11.500 8.500h.100M14.500 8.500h.100M6.500 11.500h7",
  search: "M8.500 3.500a5 5 0 1 0 0 10 5 5 0 0 0 0-10M12.500 12.500l4 4",
  grip: "M7.500 5h.100M12.500 5h.100M7.500 10h.100M12.500 10h.100M7.500 15h.100M12.500 15h.100",
  field: "M3.500 4.500h13v11h-13zM3.500 8h13M8 8v7.500",
  refresh: "M15.500 8A6 6 0 1 0 16 11.500M15.500 4v4h-4",
} as const;
export type IconName = keyof typeof PATHS;

export function Icon(props: { readonly name: IconName; readonly size?: number }) {
  const size = props.size ?? 18;
  return (
    <svg className="oc-icon" style={{ "--icon": `${size}px` } as CSSProperties} viewBox="0 0 20 20" fill="none" stroke="currentColor" strokeWidth="1.6" strokeLinecap="round" strokeLinejoin="round" aria-hidden="true" focusable="false">
      <path d={PATHS[props.name]} />
    </svg>
  );
}
