// Entry of the ErrorBrowser bundle; the Python side is labkit/widgets/error_browser.py.
import { renderBrowser } from "./view.ts";

export default { render: renderBrowser };
