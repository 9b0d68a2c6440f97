"""Everything on one machine: the embedded default behind `kiss demo`."""
