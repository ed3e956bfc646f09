"""Two procedures compared by running made-up cases through both: `comparison.compared`."""
