"""The case store: where every case is, what it holds, what was done with it; see `case_store`."""
