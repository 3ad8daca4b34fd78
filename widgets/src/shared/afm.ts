// The part of the anywidget front-end module (AFM) specification that labkit uses, as types.

/** A widget's model: its traits, shared with Python. */
export interface Model<Traits> {
  get<Name extends keyof Traits & string>(name: Name): Traits[Name];
  set<Name extends keyof Traits & string>(name: Name, value: Traits[Name]): void;
  on(event: string, listener: () => void): void;
  off(event: string, listener: () => void): void;
  save_changes(): void;
}

/** Asks a Python command; without a signal anywidget gives up after 3 s, so `shared/commands` always passes one. */
export type Invoke = (name: string, message: unknown, options: { signal: AbortSignal }) => Promise<[unknown, DataView[]]>;

/** What `render` receives; `signal` aborts when the view goes away. */
export interface RenderContext<Traits> {
  model: Model<Traits>;
  el: HTMLElement;
  signal: AbortSignal;
  experimental: { invoke: Invoke };
}

/** Finds other widgets of the page; `reference` is anywidget's name for one. */
export interface Host {
  getWidget(reference: string): Promise<{ render(place: { el: HTMLElement; signal: AbortSignal }): Promise<void> }>;
}

/** What `render` of a widget receives that shows another one in itself. */
export interface HostContext<Traits> extends RenderContext<Traits> {
  host: Host;
}

/** The traits that every labkit widget has (labkit/widgets/base.py); `Word` are the keys of its interface words. */
export interface LabTraits<Word extends string> {
  words: Record<Word, string>;
  language: string;
  problem: Partial<Problem>;
}

/** A Python error: one line, and a traceback when labkit did not raise it on purpose. */
export interface Problem {
  error: string;
  details: string;
}
