// PromptEditor's front end; its Python class is labkit/widgets/prompt_editor.py.
import { renderEditor } from "./view.ts";

export default { render: renderEditor };
