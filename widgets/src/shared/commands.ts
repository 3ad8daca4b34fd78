// Commands to Python: every reply is {ok: true, …} or {ok: false, error}, and waiting has an end.
import type { Invoke, Problem } from "./afm.ts";

/** What a command answers; `late` when the kernel did not answer in time. */
export type Reply<Result> = ({ ok: true } & Result) | ({ ok: false; late?: boolean } & Problem);

/** Asks a Python command (`@replying` in labkit/widgets/base.py) and never throws. */
export async function ask<Result>(invoke: Invoke, name: string, message: unknown, seconds: number): Promise<Reply<Result>> {
  try {
    const [reply] = await invoke(name, message, { signal: AbortSignal.timeout(seconds * 1000) });
    return reply as Reply<Result>;
  } catch (error) {
    const late = error instanceof DOMException && error.name === "TimeoutError";
    return { ok: false, late, error: String(error), details: "" };
  }
}
