"""What pages show, as values and HTML: plain sentences, the table of runs, error cards, and the one door to markup."""
