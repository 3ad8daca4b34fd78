// The side beside the form: preview, versions and trial, one at a time, and the banner about an edit made outside.
import type { RenderContext } from "../shared/afm.ts";
import type { Traits } from "./logic.ts";
import { createOutside } from "./outside.ts";
import { createPreview } from "./preview.ts";
import { createRun } from "./run.ts";
import { createTabs, type Tab } from "./tabs.ts";
import { createVersions, type VersionsSetting } from "./versions.ts";

/** The side and its banner; `open` shows a row in the preview, `tryIt` goes to the button that starts a trial. */
export interface Side {
  element: HTMLElement;
  banner: HTMLElement;
  open: (id: string) => Promise<void>;
  /** Puts the preview in front. */
  preview: () => void;
  tryIt: () => void;
}

/** Builds the views that the traits hold something for. */
export function createSide(context: RenderContext<Traits>, setting: VersionsSetting): Side {
  const { model, signal } = context;
  const words = model.get("words");
  const preview = createPreview(context);
  const versions = createVersions(context, setting);
  const front = (): void => tabs.select("preview");
  const open = async (id: string): Promise<void> => {
    front();
    await preview.picker.open(id);
  };
  const run = createRun(context, { read: setting.read, open });
  const views: Tab[] = [{ id: "preview", title: words.tab_preview, panel: preview.element, shown: preview.shown }];
  if (model.get("models").length) views.push({ id: "run", title: words.tab_run, panel: run.element, shown: run.shown });
  if (model.get("versions").length) views.push({ id: "versions", title: words.tab_versions, panel: versions.element });
  const tabs = createTabs(words.views, views, signal);
  const banner = createOutside(context, setting.read, (name) => {
    tabs.select("versions");
    void versions.compare(name);
  });
  const tryIt = (): void => {
    if (!model.get("models").length) return;
    tabs.select("run");
    run.focus();
  };
  return { element: tabs.element, banner, open, preview: front, tryIt };
}
