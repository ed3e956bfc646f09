"""What reviewers see of a catalogue: pages of today and redesign, why, and their decisions; served, as files, and on paper."""
