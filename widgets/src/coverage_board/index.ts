// Entry of the CoverageBoard bundle; the Python side is labkit/widgets/coverage_board.py.
import { renderCoverage } from "./view.ts";

export default { render: renderCoverage };
