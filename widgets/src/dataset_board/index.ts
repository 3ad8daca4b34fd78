// Entry of the DatasetBoard bundle; the Python side is labkit/widgets/dataset_board.py.
import { renderBoard } from "./view.ts";

export default { render: renderBoard };
