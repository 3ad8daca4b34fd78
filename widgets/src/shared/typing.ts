// When has something been typed? Input methods (Chinese, Japanese, …) compose first: half a word is no edit.

/** What a view wants to hear about its fields. */
export interface TypingListener {
  /** A field holds something new. */
  edited: () => void;
  /** The focus left a field. */
  left: () => void;
}

/** Listens to all fields below `root`; `composing()` tells whether an input method is at work, so leave fields alone. */
export function watchTyping(root: HTMLElement, listener: TypingListener, signal: AbortSignal): { composing(): boolean } {
  let composing = false;
  root.addEventListener("compositionstart", () => (composing = true), { signal });
  root.addEventListener(
    "compositionend",
    () => {
      composing = false;
      listener.edited();
    },
    { signal },
  );
  root.addEventListener("input", () => composing || listener.edited(), { signal });
  root.addEventListener("focusout", () => composing || listener.left(), { signal });
  return { composing: () => composing };
}
