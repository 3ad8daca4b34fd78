// `npm run preview`: the editor in a plain page, on a model without Python.
import widget from "../src/prompt_editor/index.ts";
import { fakeModel } from "./fake_model.ts";
import { sampleTraits } from "./sample.ts";

const model = fakeModel(sampleTraits());
const invoke = async (): Promise<[unknown, DataView[]]> => [{ ok: true, unchanged: true }, []];
widget.render({ model, el: document.body, signal: new AbortController().signal, experimental: { invoke } });
